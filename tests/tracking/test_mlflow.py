"""Runs in MLflow: exact, once, and under names that it takes."""

import math
import os
from pathlib import Path

import pytest

from tfface.tracking import export_mlflow, read_runs, tag_run
from tfface.tracking.mlflow.names import mlflow_names

from .conftest import STARTED, assign, floats, lines

FINISHED = assign("tfface/status", "finished")
LOSS, NONFINITE = "train/epoch/loss", "train/epoch/loss_nonfinite"


def test_names():
    names = mlflow_names(
        ["train/loss", "tar@far=0.01", "tar_far=0.01", "tar_far_0.01", "a//b", "/a", "..", "ü θ", "x" * 400]
    )
    assert names["train/loss"] == "train/loss" and names["ü θ"] == "ü θ"
    assert names["tar_far_0.01"] == "tar_far_0.01" and len(set(names.values())) == len(names)
    assert names["a//b"] == "a/_/b" and names["/a"] == "_/a" and names[".."] == "_"


def test_everything_arrives_as_it_was(disk, inside):
    directory = disk.run(
        assign("tfface/name", "arcface"),
        FINISHED,
        assign("model/loss/margin", 0.5, "Float"),
        assign("recipe/long", "x" * 7000),
        assign("recipe/empty", ""),
        assign("evaluation/orl/accuracy", 0.93, "Float"),
        assign("evaluation/orl/name", "ORL"),
        assign("environment/git/commit", "c0ffee"),
        floats(LOSS, [3.0, 2.0], [1, 2], 1.79e9 + 0.125),
        floats("verification/orl/tar@far=0.01", [0.5], [1]),
        floats("half", [7.0], [0.5]),
        {"type": "LogStrings", "path": ["log"], "values": [{"value": "hello", "step": 1, "ts": STARTED}]},
        {"type": "AddStrings", "path": ["sys", "tags"], "values": ["orl", "best"]},
        {"type": "UploadFile", "path": ["figures", "roc"], "file_path": None, "tmp_file_name": "f.png"},
    )
    (directory / "upload_path").mkdir()
    (directory / "upload_path" / "f.png").write_bytes(b"png")
    (done,) = inside.export(disk.folder)
    assert done.state == "new"

    (run,) = inside.runs()
    assert run.info.run_name == "arcface" and run.info.status == "FINISHED"
    assert run.info.start_time == 1795255200000 and run.info.end_time == (STARTED + 14) * 1000
    assert run.data.params["model/loss/margin"] == "0.5" and run.data.params["recipe/empty"] == ""
    assert len(run.data.params["recipe/long"]) == 6000
    assert inside.points(run, LOSS) == [(1, 1790000000125, 3.0), (2, 1790000001125, 2.0)]
    assert inside.points(run, "half") == [(0, STARTED * 1000, 7.0)]
    assert inside.points(run, "half.step") == [(0, STARTED * 1000, 0.5)]
    assert inside.points(run, "verification/orl/tar_far_0.01") == [(1, STARTED * 1000, 0.5)]
    assert inside.points(run, "evaluation/orl/accuracy") == [(0, 1795255200000, 0.93)]
    tags = run.data.tags
    assert tags["tfface.original.verification/orl/tar_far_0.01"] == "verification/orl/tar@far=0.01"
    assert tags["tfface.tags"] == "orl, best" and tags["evaluation/orl/name"] == "ORL"
    assert tags["mlflow.source.git.commit"] == "c0ffee"

    client = inside.client()
    files = {
        f.path: f.file_size
        for folder in ("figures", "recipe", None)
        for f in client.list_artifacts(done.mlflow_run, folder)
    }
    assert files["figures/roc.png"] == 3 and files["recipe/long.txt"] == 7000
    text = client.download_artifacts(done.mlflow_run, "log.txt")
    assert Path(text).read_text() == f"1\t{STARTED:.3f}\thello\n"


def test_what_is_not_finite_is_in_its_place(disk, inside):
    disk.run(FINISHED, floats(LOSS, [3.0, 1.0], [1, 4]), floats(NONFINITE, [0.0, 1.0], [2, 3], STARTED + 0.5))
    inside.export(disk.folder)
    (run,) = inside.runs()
    values = [value for _, _, value in inside.points(run, LOSS)]
    assert values[0] == 3.0 and math.isnan(values[1]) and values[2] > 1e308 and values[3] == 1.0
    assert NONFINITE not in run.data.metrics
    assert [done.state for done in inside.export(disk.folder)] == ["unchanged"]


def test_only_what_is_new_is_written(disk, inside):
    operations = [assign("tfface/status", "running"), floats(LOSS, [3.0, 2.0], [1, 2]), floats(NONFINITE, [0.0], [3])]
    directory = disk.run(*operations)
    states = [inside.export(disk.folder) for _ in range(2)]
    operations += [floats(LOSS, [1.0], [4], STARTED + 4), FINISHED]
    (directory / "data-1.log").write_text("".join(lines(operations)))
    states.append(inside.export(disk.folder))
    tag_run(read_runs(disk.folder)[0], add=["best"])
    states.append(inside.export(disk.folder))
    assert [(done.state, done.points) for (done,) in states] == [
        ("new", 3),
        ("unchanged", 0),
        ("updated", 1),
        ("updated", 0),
    ]
    assert len({done.mlflow_run for (done,) in states}) == 1
    (run,) = inside.runs()
    assert [step for step, _, _ in inside.points(run, LOSS)] == [1, 2, 3, 4]
    assert run.data.tags["tfface.tags"] == "best" and run.info.status == "FINISHED"


def test_what_a_resumed_training_did_again_is_not_there_twice(disk, inside):
    first = [assign("tfface/run_id", "abc"), assign("tfface/started", "2026-11-21T12:00:00+00:00")]
    again = [assign("tfface/run_id", "abc"), assign("tfface/started", "2026-11-21T13:00:00+00:00")]
    disk.run(*first, assign("fit/epochs", 3, "Int"), floats(LOSS, [9.0, 8.0, 7.0], [1, 2, 3]), put=99)
    inside.export(disk.folder)
    disk.run(*again, FINISHED, assign("fit/epochs", 4, "Int"), floats(LOSS, [6.0, 5.0], [3, 4]), key="bbbbbbbb")
    (done,) = inside.export(disk.folder)
    (run,) = inside.runs()
    assert done.state == "rewritten" and run.info.run_id == done.mlflow_run
    assert [value for _, _, value in inside.points(run, LOSS)] == [9.0, 8.0, 6.0, 5.0]
    assert run.data.params["fit/epochs"] == "4"


def test_hostile_runs(disk, inside):
    name = "'; DROP TABLE runs; --"
    disk.run(
        FINISHED,
        assign("tfface/run_id", name),
        assign("tfface/name", "</script>\x1b[2J" + "n" * 9000),
        assign("a//../b\n", "x"),
        assign("evaluation/orl/" + "k" * 500, 1.0, "Float"),
        floats("", [1.0], [1]),
        floats("\x00@\u202e", [1.0], [1]),
    )
    assert [done.state for done in inside.export(disk.folder)] == ["new"]
    assert [done.state for done in inside.export(disk.folder)] == ["unchanged"]


def test_telemetry_is_off(inside):
    inside.client()
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == os.environ["DO_NOT_TRACK"] == "true"


@pytest.mark.parametrize("uri", ["http://127.0.0.1:9", "nonsense://x"])
def test_an_mlflow_that_is_not_there(disk, inside, uri, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    disk.run(FINISHED)
    with pytest.raises(ValueError, match=f"^uri: {uri}: [^\n]*$"):
        export_mlflow(read_runs(disk.folder), uri)
