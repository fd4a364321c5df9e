"""`neptune sync` takes what we wrote: the client's own code sends it to a server that keeps everything in memory."""

import shutil
from datetime import datetime, timezone

import pytest

from tfface.tracking import RunLog, init_run, log_results, read_runs, tag_run

VALUES = {"name": "arcface", "margin": 0.5, "epochs": 3, "flag": True}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sync") / "runs"
    run = init_run("arcface", tags=["orl"], directory=folder, run_id="abc")
    log = RunLog(run)
    log.update("model", VALUES)
    log.extend("train/batch/loss", [3.0, float("nan"), 2.0], [1, 2, 3], [1.79e9, 1.79e9 + 1, 1.79e9 + 2])
    log.text("model/summary", "a summary")
    log_results(log, "orl", {"accuracy": 0.93, "tar_at_far": {0.01: 0.7}})
    run["when"] = datetime(2026, 11, 21, tzinfo=timezone.utc)
    run.stop()
    return folder


@pytest.fixture
def server():
    """A server in memory that notes the operations it is sent."""
    from neptune.internal.backends.neptune_backend_mock import NeptuneBackendMock

    class Server(NeptuneBackendMock):
        def __init__(self):
            super().__init__()
            self.operations = []

        def execute_operations(self, container_id, container_type, operations, operation_storage):
            self.operations += [operation.to_dict() for operation in operations]
            for operation in self.operations:
                if operation.get("tmp_file_name"):
                    assert (operation_storage.upload_path / operation["tmp_file_name"]).is_file()
            return super().execute_operations(container_id, container_type, operations, operation_storage)

    return Server()


def sync(server, folder):
    from neptune.cli.sync import SyncRunner

    SyncRunner.sync_all_offline(backend=server, base_path=folder, project_name="team/faces")


def test_sync_sends_everything(written, server, tmp_path):
    folder = tmp_path / "runs"
    shutil.copytree(written, folder)
    (run,) = read_runs(folder)
    tag_run(run, add=["later"])
    sync(server, folder)

    sent = {"/".join(operation["path"]): operation for operation in server.operations}
    for path, value in run.parameters.items():
        assert path == "when" or sent[path]["value"] == value
    assert {operation["type"] for operation in server.operations} >= {"AssignString", "LogFloats", "UploadFile"}
    points = [p for o in server.operations if o["path"] == ["train", "batch", "loss"] for p in o["values"]]
    assert [(point["value"], point["step"], point["ts"]) for point in points] == [
        (3.0, 1, 1.79e9),
        (2.0, 3, 1.79e9 + 2),
    ]
    assert run.parameters["when"] == "2026-11-21T00:00:00+00:00"
    assert not list(folder.rglob("data-*.log"))  # the client removes what it has sent


def test_sync_of_a_run_that_was_killed(written, server, tmp_path):
    folder = tmp_path / "runs"
    shutil.copytree(written, folder)
    (log,) = folder.rglob("data-1.log")
    log.write_bytes(log.read_bytes()[:-20])
    (run,) = read_runs(folder)
    tag_run(run, add=["later"])
    sync(server, folder)
    assert run.lost_operations == 1 and len(server.operations) == len(log_lines(written)) - 1


def log_lines(folder):
    (log,) = folder.rglob("data-1.log")
    return log.read_text().splitlines()
