"""Sweeps whose processes are killed and told to end: no finished cell is trained again, and every cell gets its row."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from tfface.sweep import load_sweep, read_outcomes, running
from tfface.sweep.check import plan
from tfface.sweep.claims import last_claim
from tfface.sweep.crew import Crew, WorkersFailed
from tfface.sweep.folder import Folder
from tfface.sweep.outcome import OUTCOME
from tfface.tracking import read_runs
from tfface.training import RecipeError

PATIENCE = 300  # seconds, for what must not take for ever
LOSSES = [
    "softmax",
    {"name": "normface", "scale": 16},
    "arcface",
    {"name": "cosface", "recipe": {"optimizer": {"name": "sgd", "learning_rate": 1e30}}},
    "adacos",
]


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "this took for ever"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def swept(tiny, tmp_path_factory):
    """A sweep that was stopped in its second cell, killed in its third, and that went on each time."""
    written = tiny(losses=LOSSES, budget={"epochs": 4})
    found = plan(load_sweep(written))
    folder = Folder(tmp_path_factory.mktemp("sweep"))
    folder.begin(found.sweep, found.cells)
    first, second, third, _, killer = (folder.cell(planned) for planned in found.cells)
    killer.mkdir(parents=True)
    for attempt in (1, 2):  # by processes of this machine that are dead
        with subprocess.Popen([sys.executable, "-S", "-c", ""]) as dead:
            dead.wait()
        (killer / f"claim-{attempt}.json").write_text(json.dumps({"machine": machine(), "process": dead.pid}))

    def begun(cell):
        return lambda: any(cell.glob("attempt-*/checkpoint-*"))

    told = SimpleNamespace(folder=folder, written=written)
    with pytest.raises(KeyboardInterrupt), Crew(folder.path, 1, 1):
        until(begun(second))
        raise KeyboardInterrupt
    told.claims = [last_claim(cell)[0] for cell in (first, second, third)]
    told.first = (first / OUTCOME).stat().st_mtime_ns
    with Crew(folder.path, 1, 1) as crew:
        until(begun(third))
        (process,) = crew.processes
        os.killpg(process, signal.SIGKILL)
        while crew.working:
            time.sleep(0.05)
    return told


def machine():
    return f"{socket.gethostname()} {os.readlink('/proc/self/ns/pid')}"


@pytest.fixture(scope="module")
def outcomes(swept):
    return {outcome.cell.loss: outcome for outcome in read_outcomes(swept.folder.path)}


def test_a_process_that_is_told_to_end_gives_its_cell_back(swept):
    assert swept.claims == [1, 0, 0]


def test_a_finished_cell_is_not_trained_again(swept):
    cells = [swept.folder.cell(planned) for planned in swept.folder.planned()]
    assert (cells[0] / OUTCOME).stat().st_mtime_ns == swept.first
    assert [last_claim(cell)[0] for cell in cells] == [1, 1, 2, 1, 3]


def test_every_cell_has_a_row(outcomes):
    told = {loss: outcome.status for loss, outcome in outcomes.items()}
    assert told == {
        "softmax": "finished",
        "normface": "finished",
        "arcface": "finished",
        "cosface": "diverged",
        "adacos": "failed",
    }
    assert "killed 2 times" in outcomes["adacos"].reason
    assert len(outcomes["arcface"].curve) == 4


def test_a_cell_that_was_begun_twice_has_one_run(swept, outcomes):
    runs = {run.name: run.id for run in read_runs(swept.folder.path)}
    assert len(runs) == len(read_runs(swept.folder.path)) == 4
    assert runs[outcomes["arcface"].cell.id] == outcomes["arcface"].run


def test_a_sweep_that_is_done_starts_nothing(swept, monkeypatch):
    monkeypatch.setattr(running, "Crew", None)
    assert running.run(swept.written, swept.folder.path) == []


def test_a_changed_file_adds_cells(swept, tmp_path):
    """Those that were there before keep their names, so they are done."""
    file = tmp_path / "sweep.yaml"
    file.write_text(json.dumps({**swept.written, "seeds": 2}))
    found = plan(load_sweep(file))
    Folder(tmp_path).begin(found.sweep, found.cells)
    names = {planned.cell.id for planned in Folder(tmp_path).planned()}
    assert len(names) == 10 and names > {planned.cell.id for planned in swept.folder.planned()}


def test_a_folder_holds_one_sweep(swept, tiny):
    with pytest.raises(RecipeError, match=r"holds another sweep; different: budget, losses; .*tfface sweep"):
        running.run(tiny(), swept.folder.path)


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_end_says_how_to_go_on(tiny, tmp_path, monkeypatch, number, code):
    class Signalled(nullcontext):
        def __init__(self, *arguments):
            super().__init__(self)

        @property
        def working(self):
            os.kill(os.getpid(), number)
            time.sleep(10)

    monkeypatch.setattr(running, "Crew", Signalled)
    former = signal.getsignal(signal.SIGTERM)
    with pytest.raises(
        running.SweepInterrupted, match=f"0 of 2 cells are done, go on with: tfface sweep {tmp_path}"
    ) as end:
        running.run(tiny(), tmp_path)
    assert end.value.exit_code == code
    assert signal.getsignal(signal.SIGTERM) == former


@pytest.mark.soak
def test_a_process_that_cannot_begin_says_why(tmp_path):
    (tmp_path / "sweep.yaml").write_text("nothing: here\n")
    with pytest.raises(WorkersFailed, match=r"sweep.yaml:1: nothing: unknown key"), Crew(tmp_path, 1, 1) as crew:
        while crew.working:
            time.sleep(0.05)
