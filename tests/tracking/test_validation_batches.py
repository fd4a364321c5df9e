"""The steps of validation batches count what was done, and go on when a training is resumed."""

from tfface.tracking import read_runs

from .conftest import assign, floats


def test_a_resumed_run_keeps_the_validation_batches_of_all_parts(disk):
    for key, started, values in (("aaaaaaaa", "10:00:00", [4.0, 3.0]), ("bbbbbbbb", "11:00:00", [2.0, 1.0])):
        disk.run(
            assign("tfface/run_id", "abc"),
            assign("tfface/started", f"2026-11-21T{started}+00:00"),
            floats("validation/batch/loss", values, [1, 2]),
            key=key,
        )
    (run,) = read_runs(disk.folder)
    series = run.series["validation/batch/loss"]
    assert (list(series.steps), list(series.values)) == ([1, 2, 3, 4], [4.0, 3.0, 2.0, 1.0])
