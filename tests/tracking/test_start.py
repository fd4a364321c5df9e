"""Starting runs with the real client: offline by default, at once, and where the user said."""

import base64
import hashlib
import http.server
import json
import logging
import os
import random
import socket
import threading
import time

import pytest

from tfface.tracking import RunLog, init_run, log_checkpoint, log_results, read_runs, run_id


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
        ({"timeout": 0}, "timeout: expected seconds above 0, got 0"),
        ({"timeout": None}, "timeout: expected seconds above 0, got None"),
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


class Refusing(http.server.BaseHTTPRequestHandler):
    """A server that speaks another protocol."""

    def do_GET(self):
        self.send_error(404)

    def log_message(self, *arguments):
        pass


def test_a_server_that_cannot_be_had(folder, monkeypatch, caplog):
    """No, a malformed or an old token, no DNS, a refused port, a silent or a wrong host: one line, and offline."""
    wrong = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=wrong.serve_forever, daemon=True).start()
    with socket.socket() as silent, socket.socket() as unused, wrong:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        unused.bind(("127.0.0.1", 0))  # not listening: refused
        address = "http://127.0.0.1:{}".format
        tokens = {
            "no token": None,
            "malformed": "nonsense",
            "of the hosted service": token("https://app.neptune.ai"),
            "no DNS": token("http://nowhere.invalid"),
            "refused": token(address(unused.getsockname()[1])),
            "silent": token(address(silent.getsockname()[1])),
            "wrong": token(address(wrong.server_port)),
        }
        for case, value in tokens.items():
            monkeypatch.delenv("NEPTUNE_API_TOKEN", raising=False)
            if value:
                monkeypatch.setenv("NEPTUNE_API_TOKEN", value)
            caplog.clear()
            began = time.monotonic()
            run = init_run(case, project="team/faces", directory=folder, timeout=0.5)  # a project names a server
            assert time.monotonic() - began < 20  # and not the client's minutes
            run.stop()
            said = [record.getMessage() for record in caplog.records if record.name == "tfface"]
            assert len(said) == 1 and f"logging offline to {folder} instead" in said[0], (case, said)
            assert "\n" not in said[0]
        wrong.shutdown()
    assert {record.name for record in read_runs(folder)} == set(tokens)


def test_where_the_log_is_said(folder, caplog):
    with caplog.at_level(logging.INFO, "tfface"):
        init_run(directory=folder).stop()
    assert f"logging to {folder}" in caplog.text


def test_the_default_folder_where_nothing_can_be_written(tmp_path, monkeypatch):
    (tmp_path / ".neptune").write_text("")
    monkeypatch.delenv("NEPTUNE_DATA_DIRECTORY", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r"got .*/\.neptune' \(.*choose one with directory= or NEPTUNE_DATA_DIRECTORY"):
        init_run()


def test_a_checkpoint_is_a_file_or_a_folder(folder, tmp_path):
    (tmp_path / "saved" / "variables").mkdir(parents=True)
    for name, content in (("saved_model.pb", b"graph"), ("variables/index", b"i")):
        (tmp_path / "saved" / name).write_bytes(content)
    (tmp_path / "m.keras").write_bytes(b"graphi")
    run = init_run(directory=folder)
    found = []
    for name in ("saved", "m.keras"):
        log_checkpoint(run, tmp_path / name, epoch=3)
        RunLog(run).flush()
        found.append(read_runs(folder)[0].parameters)
    run.stop()
    assert found[0]["checkpoint/sha256"] == found[1]["checkpoint/sha256"] == hashlib.sha256(b"graphi").hexdigest()
    assert [one["checkpoint/path"] for one in found] == [str(tmp_path / "saved"), str(tmp_path / "m.keras")]
    assert found[0]["checkpoint/bytes"] == 6 and found[0]["checkpoint/epoch"] == 3
