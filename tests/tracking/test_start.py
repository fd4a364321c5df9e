"""Starting runs with the real client: offline by default, at once, and where the user said."""

import base64
import json
import os
import random
import socket

import pytest

from tfface.tracking import RunLog, init_run, log_results, read_runs, run_id


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs"


def token(address):
    return base64.b64encode(json.dumps({"api_address": address, "api_key": "x"}).encode()).decode()


def test_offline_whatever_the_environment_says(folder, monkeypatch):
    monkeypatch.setenv("NEPTUNE_MODE", "async")
    monkeypatch.setenv("NEPTUNE_DATA_DIRECTORY", str(folder / "elsewhere"))
    state = random.getstate()
    run = init_run("arcface", tags="orl", directory=folder)
    assert random.getstate() == state
    assert os.environ["NEPTUNE_DATA_DIRECTORY"] == str(folder / "elsewhere")
    identity = run_id(run)
    assert run_id(run["some/handler"]) == identity
    run["model/loss/margin"] = 0.5
    run.stop()
    (record,) = read_runs(folder)
    assert (record.id, record.name, record.tags) == (identity, "arcface", ("orl",))
    assert record.started is not None and not [path for path in record.files if path.startswith("monitoring")]


def test_the_environment_names_the_folder_and_relative_paths_are_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEPTUNE_DATA_DIRECTORY", "here")
    run = init_run()
    monkeypatch.chdir("/")
    run["after"] = 1
    run.stop()
    assert read_runs(tmp_path / "here")[0].parameters["after"] == 1


def test_runs_of_one_process_are_apart_and_nothing_is_overwritten(folder):
    runs = [init_run("same", directory=folder) for _ in range(2)]
    for i, run in enumerate(runs):
        run["which"] = i
    for run in runs:
        run.stop()
    assert sorted(record.parameters["which"] for record in read_runs(folder)) == [0, 1]


def test_a_run_is_continued_by_its_id(folder):
    first = init_run("r", directory=folder)
    RunLog(first).extend("loss", [3.0, 2.0], [1, 2], [1.0, 2.0])
    first.stop()
    again = init_run("r", directory=folder, run_id=run_id(first))
    RunLog(again).append("loss", 1.0, 3)
    again.stop()
    (record,) = read_runs(folder)
    assert record.id == run_id(first) and list(record.series["loss"].values) == [3.0, 2.0, 1.0]


def test_hostile_name_round_trip(folder):
    name = '</script><img src=x onerror="alert(1)"> 人 \n\x00'
    run = init_run(name, tags=["<b>"], directory=folder)
    log_results(run, "a/b", {"accuracy": 0.5, "tar_at_far": {0.01: float("nan")}})
    run.stop()
    (record,) = read_runs(folder)
    assert (record.name, record.tags) == (name, ("<b>",))
    assert record.results == {"a_b": {"accuracy": 0.5, "tar_at_far/0.01": "nan"}}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mode": "online"}, "mode: expected one of auto, offline, async, sync, got 'online'"),
        ({"run_id": "../x"}, "run_id: expected letters"),
        ({"name": 3}, "expected strings, got 3"),
    ],
)
def test_arguments_that_make_no_sense(folder, arguments, message):
    with pytest.raises((ValueError, TypeError), match=message):
        init_run(directory=folder, **arguments)
    assert not folder.exists()


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"directory: expected a folder that runs can be written to, got .*file/runs"):
        init_run(directory=tmp_path / "file" / "runs")


def test_a_server_that_cannot_be_had(folder, monkeypatch, caplog):
    """No token, a malformed one, no DNS, a refused port, a silent host: one line, and the run is offline."""
    with socket.socket() as silent, socket.socket() as unused:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        unused.bind(("127.0.0.1", 0))  # not listening: refused
        address = "http://127.0.0.1:{}".format
        tokens = {
            "no token": None,
            "malformed": "nonsense",
            "no DNS": token("http://nowhere.invalid"),
            "refused": token(address(unused.getsockname()[1])),
            "silent": token(address(silent.getsockname()[1])),
        }
        for case, value in tokens.items():
            monkeypatch.delenv("NEPTUNE_API_TOKEN", raising=False)
            if value:
                monkeypatch.setenv("NEPTUNE_API_TOKEN", value)
            caplog.clear()
            run = init_run(case, mode="async", project="team/faces", directory=folder, timeout=0.5)
            run.stop()
            said = [record.getMessage() for record in caplog.records if record.name == "tfface"]
            assert len(said) == 1 and f"logging offline to {folder} instead" in said[0], (case, said)
            assert "\n" not in said[0]
    assert {record.name for record in read_runs(folder)} == set(tokens)
