"""MLflow while a run goes on: the mirror beside a training, and MLflow's own interface."""

import json
import socket
import time
from importlib.machinery import ModuleSpec
from io import StringIO
from urllib.request import Request, urlopen

import pytest

from tfface.tracking import MlflowMirror, RunLog, init_run, read_runs
from tfface.tracking.mlflow.mirror import follow
from tfface.tracking.mlflow.server import Interface

from .conftest import assign, floats

FINISHED = assign("tfface/status", "finished")
LOSS = "train/epoch/loss"


def test_a_mirror_shows_the_run_and_its_end(tmp_path, inside, store):
    run = init_run("live", directory=tmp_path / "runs")
    log = RunLog(run)
    log.set("tfface/status", "running")
    seen = []
    with MlflowMirror(run, str(store), inside.experiment, directory=tmp_path / "runs", every=0.2):
        log.append(LOSS, 2.0, 1)
        log.flush()
        patience = time.monotonic() + 60
        while not seen and time.monotonic() < patience:
            time.sleep(0.2)
            if inside.client().get_experiment_by_name(inside.experiment):
                seen = [run.info.status for run in inside.runs() if LOSS in run.data.metrics]
        log.append(LOSS, 1.0, 2)
        log.set("tfface/status", "finished")
        log.flush()
    run.stop()
    (shown,) = inside.runs()
    assert seen == ["RUNNING"] and shown.info.status == "FINISHED"
    assert [value for _, _, value in inside.points(shown, LOSS)] == [2.0, 1.0]


def test_a_mirror_that_fails_costs_a_warning_only(tmp_path, store, caplog, monkeypatch):
    monkeypatch.setattr("tfface.tracking.mlflow.mirror._PROGRAM", "import sys; sys.exit('no disk')")
    run = init_run("live", directory=tmp_path / "runs")
    with MlflowMirror(run, "http://127.0.0.1:9", directory=tmp_path / "runs"):
        run[LOSS].append(1.0)
    run.stop()
    (record,) = [record for record in caplog.records if "not all is in MLflow" in record.getMessage()]
    assert "(no disk)" in record.getMessage() and "tfface runs export" in record.getMessage()


def test_a_mirrors_process_says_what_is_missing(disk, store, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setattr("sys.stdin", StringIO())
    disk.run(assign("tfface/run_id", "abc"), FINISHED)
    for identity, problem in (("abc", "no MLflow answers there"), ("other", "run other is not logged offline")):
        with pytest.raises(SystemExit, match=problem):
            follow(str(disk.folder), identity, "http://127.0.0.1:9", "tfface", "0.1")


def test_what_a_mirror_needs(tmp_path, monkeypatch):
    for found in (None, ModuleSpec("mlflow", None)):  # nothing, or a folder that is called so
        monkeypatch.setattr("tfface.tracking.mlflow.store.find_spec", lambda name, found=found: found)
        with pytest.raises(ImportError, match=r"pip install \"tfface\[mlflow\]\""):
            MlflowMirror(object(), "x")
    installed = ModuleSpec("mlflow", None, origin="mlflow/__init__.py")
    monkeypatch.setattr("tfface.tracking.mlflow.store.find_spec", lambda name: installed)
    with pytest.raises(TypeError, match="started elsewhere"):
        MlflowMirror(type("Run", (), {})(), "x", directory=tmp_path)


@pytest.mark.soak
def test_the_interface_serves_the_runs(disk, store, tmp_path):
    for name in ("a", "b"):
        disk.run(FINISHED, assign("tfface/name", name), floats(LOSS, [1.0], [1]), key=name * 8)
    interface = Interface(tmp_path / "ui", read_runs(disk.folder))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with interface.serving(port) as address:
        assert address.startswith(f"http://127.0.0.1:{port}/#/compare-runs?runs=")
        with urlopen(f"http://127.0.0.1:{port}/") as page:
            assert b"MLflow" in page.read()
        request = {"experiment_ids": [interface.experiment]}
        query = Request(f"http://127.0.0.1:{port}/api/2.0/mlflow/runs/search", json.dumps(request).encode())
        query.add_header("Content-Type", "application/json")
        with urlopen(query) as answer:
            found = json.load(answer)["runs"]
        assert sorted(run["info"]["run_name"] for run in found) == ["a", "b"]
        with urlopen(f"http://127.0.0.1:{port}/ajax-api/3.0/mlflow/ui-telemetry") as answer:
            assert json.load(answer)["disable_ui_telemetry"] is True
        with pytest.raises(ValueError, match=f"port: {port} cannot be used"), interface.serving(port):
            pass
    assert not interface.alive(0)
