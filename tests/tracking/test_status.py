"""What became of a run: what it says itself, what the client says, and whether its process lives."""

import json
import socket
import time

import pytest

from tfface.tracking import init_run, read_runs

from .conftest import assign


def only(folder):
    (run,) = read_runs(folder)
    return run


@pytest.mark.parametrize(
    ("status", "failed", "put", "expected"),
    [
        ("finished", False, None, "finished"),
        ("interrupted", False, None, "interrupted"),
        ("diverged", True, None, "diverged"),
        ("finished", True, None, "failed"),  # an error after training
        ("running", True, None, "failed"),
        ("running", False, None, "crashed"),
        (None, False, None, "finished"),  # started by the bare client, all written
        (None, False, 99, "crashed"),
    ],
)
def test_status_of_a_process_that_is_gone(disk, status, failed, put, expected):
    said = [assign("tfface/status", status)] if status else []
    disk.run(assign("sys/failed", failed, "Bool"), *said, put=put)
    assert only(disk.folder).status == expected


def test_status_of_a_process_that_lives(disk, alive):
    now = time.time()
    text = json.dumps({"obj": assign("tfface/status", "running"), "version": 1, "at": now}) + "\n"
    disk.run(pid=alive, parts={"data-1.log": text}, put=1)
    assert only(disk.folder).status == "running"


def test_a_process_number_that_was_given_again(disk, alive):
    # the log is older than the process that has its number now
    disk.run(assign("tfface/status", "running"), pid=alive, parts=None)
    assert only(disk.folder).status == "crashed"


def test_another_machine_is_alive_while_it_writes(disk):
    operations = [assign("sys/hostname", socket.gethostname() + "-2"), assign("tfface/status", "running")]
    recent = "".join(
        json.dumps({"obj": operation, "version": i, "at": time.time() - 5}) + "\n"
        for i, operation in enumerate(operations, 1)
    )
    disk.run(parts={"data-1.log": recent}, put=2, key="recent00")
    disk.run(*operations, key="longago0")
    assert {run.id: run.status for run in read_runs(disk.folder)} == {
        "0000-recent00": "running",
        "0000-longago0": "crashed",
    }


def test_reason_from_the_clients_traceback(disk):
    points = [{"value": text, "step": None, "ts": 1.0} for text in ("Traceback:", "  File x", "boom: too hot", "")]
    trace = {"type": "LogStrings", "path": ["monitoring", "1", "traceback"], "values": points}
    disk.run(assign("sys/failed", True, "Bool"), trace)
    run = only(disk.folder)
    assert (run.status, run.reason) == ("failed", "boom: too hot")


def test_a_run_of_the_bare_client_that_was_stopped(tmp_path):
    run = init_run(directory=tmp_path)  # no callback has said how it stands
    assert only(tmp_path).status == "running"
    run.stop()
    assert only(tmp_path).status == "finished"
