"""Of several processes exactly one trains a cell, and a dead one does not keep it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from tfface.sweep.claims import Claims, last_claim

RACER = """
import sys, time
sys.argv[0] = "tfface"  # without TensorFlow
from pathlib import Path
from tfface.sweep.claims import Claims
folder, claims, start = Path(sys.argv[1]), Claims(), float(sys.argv[2])
time.sleep(max(0, start - time.time()))
print(*(cell for cell in range(200) if claims.take(folder / str(cell))))
sys.stdout.flush()
sys.stdin.read()
"""
HOLDER = """
import sys
sys.argv[0] = "tfface"
from pathlib import Path
from tfface.sweep.claims import Claims
print(Claims().take(Path(sys.argv[1])).attempt, flush=True)
sys.stdin.read()
"""


def started(code, *words):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", code, *map(str, words)], **pipes)


def test_of_processes_that_race_one_gets_each_cell(tmp_path):
    racers = [started(RACER, tmp_path, time.time() + 1.5) for _ in range(3)]
    got = [set(racer.stdout.readline().split()) for racer in racers]
    for racer in racers:
        racer.communicate()
    assert set.union(*got) == {str(cell) for cell in range(200)}
    assert sum(map(len, got)) == 200


@pytest.mark.parametrize("waited_for", [True, False])
def test_a_killed_process_loses_its_cell_at_once(tmp_path, waited_for):
    holder = started(HOLDER, tmp_path)
    assert holder.stdout.readline() == "1\n"
    claims = Claims()
    assert claims.take(tmp_path) is None
    holder.send_signal(signal.SIGKILL)
    if waited_for:
        holder.wait()
    else:  # it stays behind as a zombie
        os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)
    claim = claims.take(tmp_path)
    assert claim.attempt == 2
    assert Claims().take(tmp_path) is None
    claim.keep()
    holder.communicate()


def test_what_is_given_back_counts_for_nothing(tmp_path):
    claims = Claims()
    claims.take(tmp_path).release()
    assert last_claim(tmp_path) == (0, None)
    again = claims.take(tmp_path)
    assert again.attempt == 1
    again.keep()


@pytest.fixture
def elsewhere(tmp_path):
    """A claim of a process on another machine."""
    path = tmp_path / "claim-1.json"
    path.write_text(json.dumps({"machine": "elsewhere", "process": os.getpid()}))
    return path


def test_a_silent_process_elsewhere_loses_its_cell_after_a_while(tmp_path, elsewhere):
    os.utime(elsewhere, (0, 0))  # whatever its clock says: only that the time stands still counts
    claims = Claims(patience=0.2)
    assert claims.take(tmp_path) is None
    time.sleep(0.3)
    claim = claims.take(tmp_path)
    assert claim.attempt == 2
    claim.keep()


def test_one_that_shows_life_keeps_it(tmp_path, elsewhere):
    claims = Claims(patience=0.2)
    for moment in range(4):
        os.utime(elsewhere, (moment, moment))
        assert claims.take(tmp_path) is None
        time.sleep(0.15)


def test_a_claim_shows_life_until_it_is_over(tmp_path, monkeypatch):
    monkeypatch.setattr("tfface.sweep.claims._BEAT", 0.02)
    claim = Claims().take(tmp_path)
    assert json.loads(claim.path.read_text())["machine"].startswith(socket.gethostname())
    os.utime(claim.path, (0, 0))
    while claim.path.stat().st_mtime == 0:
        time.sleep(0.01)
    claim.keep()
    os.utime(claim.path, (0, 0))
    time.sleep(0.1)
    assert claim.path.stat().st_mtime == 0
