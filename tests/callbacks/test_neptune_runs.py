"""Where the Neptune callback writes: runs that are given, of other clients, of a resumed training, or none at all."""

import json
import logging
from pathlib import Path

import pytest

import tfface
from tfface.callbacks import NeptuneCallback
from tfface.distribute import is_chief
from tfface.tracking import RunLog, init_run, read_runs

from .models import fit, only, small, steps


def test_a_given_run_stays_open_and_a_handler_is_a_place_in_it(tmp_path):
    run = init_run(directory=tmp_path)
    for place in (run, run["fold/2"]):
        with NeptuneCallback(place) as tracker:
            fit(small(), tracker)
    run["after"] = True
    run.stop()
    record = only(tmp_path)
    assert record.parameters["after"] is True
    assert steps(record, "train/epoch/loss") == steps(record, "fold/2/train/epoch/loss") == [1, 2]
    fit(small(), NeptuneCallback(run))  # closed by now: nothing is logged, nothing happens


def test_a_resumed_training_continues_its_run(tmp_path):
    run = init_run("resumed", directory=tmp_path)
    fit(small(), NeptuneCallback(run), epochs=3)
    run.stop()
    again = init_run("resumed", directory=tmp_path, run_id=tfface.tracking.run_id(run))
    fit(small(), NeptuneCallback(again), initial_epoch=2, epochs=4)
    RunLog(again).stop()
    record = only(tmp_path)
    assert steps(record, "train/epoch/loss") == [1, 2, 3, 4] and len(record.directories) == 2


@pytest.mark.parametrize(
    ("task", "jobs", "logs"),
    [
        (("worker", 0), {"worker": ["a:1", "b:1"]}, True),
        (("worker", 1), {"worker": ["a:1", "b:1"]}, False),
        (("worker", 0), {"worker": ["a:1"], "chief": ["b:1"]}, False),
        (("chief", 0), {"worker": ["a:1"], "chief": ["b:1"]}, True),
    ],
)
def test_only_the_chief_logs(tmp_path, monkeypatch, task, jobs, logs):
    kind, index = task
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": jobs, "task": {"type": kind, "index": index}}))
    with NeptuneCallback(directory=tmp_path) as tracker:
        fit(small(), tracker, epochs=1)
    assert len(read_runs(tmp_path)) == logs


@pytest.mark.parametrize("config", ["nonsense", "[]", '{"cluster": 3, "task": {"type": "worker"}}'])
def test_a_cluster_that_makes_no_sense_is_none(monkeypatch, config):
    monkeypatch.setenv("TF_CONFIG", config)
    assert is_chief()


class Duck:
    """The interface of a run, and nothing of Neptune."""

    def __init__(self):
        self.values, self.path = {}, None

    def __getitem__(self, path):
        self.path = path
        return self

    def __setitem__(self, path, value):
        self.values[path] = value

    def extend(self, values, steps, timestamps):
        self.values.setdefault(self.path, []).extend(zip(steps, values, strict=True))

    def wait(self):
        self.values["waited"] = True

    def stop(self):
        self.values["stopped"] = True


def test_any_run_with_the_interface(caplog):
    duck = Duck()
    fit(small(), NeptuneCallback(duck))
    assert [step for step, _ in duck.values["train/epoch/loss"]] == [1, 2]
    assert duck.values["tfface/status"] == "finished" and "Dense" in duck.values["model/summary"]
    assert duck.values["waited"] and "stopped" not in duck.values
    assert not [record for record in caplog.records if record.name == "tfface"]


class Broken(Duck):
    def extend(self, *arguments, **options):
        raise OSError("no space left on device")

    __setitem__ = wait = stop = extend


def test_no_error_of_logging_ends_a_fit(caplog):
    with caplog.at_level(logging.WARNING, "tfface"):
        history = fit(small(), NeptuneCallback(Broken(), batch_every=1), epochs=3).history
    assert len(history["loss"]) == 3
    said = [record.getMessage() for record in caplog.records if record.name == "tfface"]
    assert 0 < len(said) <= 5 and all("training goes on" in line for line in said)


class Minimal:
    """A client of another package, whose files are named as in Neptune's drop-in replacements."""

    __module__ = "neptune.another.place.run"

    def __init__(self):
        self.files, self.path = {}, None

    def __getitem__(self, path):
        self.path = path
        return self

    def __setitem__(self, path, value):
        pass

    def upload(self, file):
        self.files[self.path] = file.content

    def stop(self):
        pass


def test_files_of_a_drop_in_client_are_its_own():
    run = Minimal()
    RunLog(run).text("a/text", "words")
    RunLog(run).picture("a/picture", b"PNG")
    assert run.files == {"a/text": b"words", "a/picture": b"PNG"}


def test_a_run_of_minfx(tmp_path, monkeypatch):
    minfx = pytest.importorskip("minfx")
    monkeypatch.setenv("NEPTUNE_DATA_DIRECTORY", str(tmp_path))
    run = minfx.init_run(mode="offline", capture_stdout=False, capture_stderr=False, capture_hardware_metrics=False)
    fit(small(), NeptuneCallback(run))
    run.stop()
    (record,) = read_runs(tmp_path)
    assert record.status == "finished" and steps(record, "train/epoch/loss") == [1, 2]
    assert "Dense" in Path(record.files["model/summary"]).read_text()
