"""Reading the client's files: whole, torn, rolled, hostile, resumed."""

import shutil

import pytest

from tfface.tracking import read_runs

from .conftest import STARTED, assign, floats, lines


def only(folder):
    (run,) = read_runs(folder)
    return run


def test_values_series_tags_and_files(disk):
    directory = disk.run(
        assign("tfface/run_id", "abc"),
        assign("tfface/name", "arcface"),
        assign("tfface/started", "2026-11-21T12:00:00+00:00"),
        assign("tfface/status", "finished"),
        assign("model/loss/margin", 0.4, "Float"),
        assign("model/loss/margin", 0.5, "Float"),
        assign("sys/failed", False, "Bool"),
        floats("train/epoch/loss", [3.0, 2.0], [1, 2]),
        floats("train/epoch/loss", [1.5], [3], STARTED + 9),
        {"type": "LogStrings", "path": ["log"], "values": [{"value": "hi", "step": None, "ts": 1.0}]},
        {"type": "AddStrings", "path": ["sys", "tags"], "values": ["orl", "old"]},
        {"type": "RemoveStrings", "path": ["sys", "tags"], "values": ["old"]},
        {"type": "UploadFile", "path": ["summary.txt"], "ext": "txt", "file_path": None, "tmp_file_name": "s.txt"},
        {"type": "LogImages", "path": ["faces"], "values": [{"value": {"data": "x"}, "step": 1, "ts": 1.0}]},
    )
    (directory / "upload_path").mkdir()
    (directory / "upload_path" / "s.txt").write_text("summary")
    run = only(disk.folder)
    assert (run.id, run.name, run.status, run.tags) == ("abc", "arcface", "finished", ("orl",))
    assert run.parameters["model/loss/margin"] == 0.5 and run.settings == {"model/loss/margin": 0.5}
    assert run.started.isoformat() == "2026-11-21T12:00:00+00:00"
    loss = run.series["train/epoch/loss"]
    assert list(loss.steps) == [1, 2, 3] and list(loss.values) == [3.0, 2.0, 1.5] and loss.numeric
    assert list(loss.times) == [STARTED, STARTED + 1, STARTED + 9]
    assert run.series["log"].values == ["hi"] and not run.series["log"].numeric
    assert run.files == {"summary.txt": str(directory / "upload_path" / "s.txt")}
    assert run.references == {"faces": "1 images"}
    assert (run.unknown_operations, run.lost_operations) == (0, 0)


def test_results_by_set(disk):
    disk.run(assign("evaluation/orl/accuracy", 0.9, "Float"), assign("evaluation/orl/tar_at_far/0.01", 0.7, "Float"))
    assert only(disk.folder).results == {"orl": {"accuracy": 0.9, "tar_at_far/0.01": 0.7}}


def test_missing_steps_are_the_index_among_all_points(disk):
    disk.run(floats("loss", [5.0, 4.0]), floats("loss", [3.0]), floats("given", [1.0], [70]))
    run = only(disk.folder)
    assert list(run.series["loss"].steps) == [0, 1, 2]
    assert list(run.series["given"].steps) == [70]


def test_clear_and_delete(disk):
    disk.run(
        floats("loss", [5.0, 4.0], [1, 2]),
        {"type": "ClearFloatLog", "path": ["loss"]},
        floats("loss", [3.0], [1]),
        assign("gone", "x"),
        {"type": "DeleteAttribute", "path": ["gone"]},
    )
    run = only(disk.folder)
    assert list(run.series["loss"].values) == [3.0] and "gone" not in run.parameters


def test_torn_last_line_is_left_out(disk):
    whole = lines([assign("a", "1"), floats("loss", [1.0], [1]), floats("loss", [2.0], [2])])
    disk.run(parts={"data-1.log": "".join(whole)[:-30]}, put=3)
    run = only(disk.folder)
    assert list(run.series["loss"].values) == [1.0] and run.parameters["a"] == "1"
    assert run.unknown_operations == 0
    assert run.lost_operations == 1 and run.status == "crashed"


def test_rolled_parts_are_read_in_the_order_of_their_numbers(disk):
    written = lines([floats("loss", [float(i)], [i]) for i in range(1, 12)])
    parts = {"data-1.log": written[0], "data-10.log": "".join(written[9:]), "data-2.log": "".join(written[1:9])}
    disk.run(parts=parts, put=11)
    run = only(disk.folder)
    assert list(run.series["loss"].steps) == list(range(1, 12)) and run.lost_operations == 0


def test_what_makes_no_sense_is_counted_and_the_rest_is_read(disk):
    strange = [
        '{"obj": {"type": "AssignHologram", "path": ["x"], "value": 1}, "version": 1, "at": 1}',
        '{"obj": {"type": "AssignFloat", "path": 7, "value": 1}, "version": 2, "at": 1}',
        '{"obj": {"type": "AssignFloat", "path": ["x"], "value": [1]}, "version": 3, "at": 1}',
        '{"obj": {"type": "LogFloats", "path": ["x"], "values": [{"value": "many"}]}, "version": 4, "at": 1}',
        '{"obj": {"type": "LogFloats", "path": ["x"], "values": 3}, "version": 5, "at": 1}',
        "[" * 100_000,
        "null",
        "not json",
        "\udcff\udcfe",
    ]
    text = "\n".join([*strange, *lines([floats("loss", [1.0], [1])])]).encode(errors="surrogateescape")
    directory = disk.run(parts={"data-1.log": ""}, put=1)
    (directory / "data-1.log").write_bytes(text)
    run = only(disk.folder)
    assert run.unknown_operations == len(strange)
    assert list(run.series["loss"].values) == [1.0] and list(run.series) == ["loss"]


def test_hostile_names_stay_inside_and_are_kept_as_they_are(disk):
    name = '</script><img src=x onerror="alert(1)">\u202e../../etc'
    directory = disk.run(
        assign("tfface/name", name),
        {"type": "UploadFile", "path": ["f"], "file_path": None, "tmp_file_name": "../../../etc/passwd"},
    )
    (directory / "upload_path").mkdir()
    (directory / "upload_path" / "passwd").write_text("inside")
    run = only(disk.folder)
    assert run.name == name
    assert run.files["f"] == str(directory / "upload_path" / "passwd")


def test_not_finite_values_that_a_look_alike_wrote(disk):
    disk.run(floats("loss", [1.0, float("nan")], [1, 2]))
    assert [str(value) for value in only(disk.folder).series["loss"].values] == ["1.0", "nan"]


def test_a_resumed_run_goes_on_with_its_curves(disk):
    first = [assign("tfface/run_id", "abc"), assign("tfface/started", "2026-11-21T12:00:00+00:00")]
    again = [assign("tfface/run_id", "abc"), assign("tfface/started", "2026-11-21T13:00:00+00:00")]
    # the first part crashed in epoch 4; the second goes on from the checkpoint of epoch 2
    disk.run(*first, floats("loss", [9.0, 8.0, 7.0], [1, 2, 3]), floats("old", [1.0]), key="zzzzzzzz", put=99)
    disk.run(*again, floats("loss", [7.5, 6.5], [3, 4]), floats("old", [2.0]), assign("tfface/status", "finished"))
    run = only(disk.folder)
    assert list(run.series["loss"].steps) == [1, 2, 3, 4]
    assert list(run.series["loss"].values) == [9.0, 8.0, 7.5, 6.5]
    assert list(run.series["old"].steps) == [0, 1]
    assert run.status == "finished" and len(run.directories) == 2
    assert run.started.hour == 12


@pytest.mark.parametrize("level", ["", "offline", "offline/run", "above"])
def test_runs_are_found_from_any_level(disk, level):
    directory = disk.run(assign("a", "1"))
    folders = {"": disk.folder, "offline": directory.parent, "offline/run": directory, "above": disk.folder.parent}
    assert len(read_runs(folders[level])) == 1


def test_a_copy_is_not_a_second_part(disk):
    directory = disk.run(floats("loss", [1.0, 2.0]))
    (disk.folder / "backup" / "offline").mkdir(parents=True)
    shutil.copytree(directory, disk.folder / "backup" / "offline" / directory.name)
    assert list(only(disk.folder).series["loss"].values) == [1.0, 2.0]


def test_empty_and_missing_folders(tmp_path):
    assert read_runs(tmp_path) == []
    with pytest.raises(ValueError, match=r"path: expected a folder with runs, got .*nowhere"):
        read_runs(tmp_path / "nowhere")


def test_a_run_that_never_wrote_anything(disk):
    disk.run(parts={"data-1.log": ""}, put=30)
    run = only(disk.folder)
    assert (run.status, run.lost_operations, run.name) == ("crashed", 30, "0000-aaaaaaaa")
