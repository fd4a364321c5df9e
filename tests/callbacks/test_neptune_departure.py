"""A training that is killed, told to end, or dropped by its program has lost nothing that was to be kept."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tfface.callbacks.departure import Departure, outcome_of
from tfface.tracking import read_runs

KILLS = 5


@pytest.fixture(scope="module")
def victims(tmp_path_factory):
    program = Path(__file__).with_name("victims.py")
    seed = str(time.time_ns() % 2**32)
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    folder = tmp_path_factory.mktemp("victims")
    command = [sys.executable, str(program), str(folder), seed, str(KILLS)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    assert "nobody catches this" in done.stderr, f"seed {seed}: {done.stderr[-3000:]}"
    print("seed", seed)
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return [*told, {"folder": str(folder / "error" / "runs"), "epochs": 1, "code": done.returncode}]


def curves(victim):
    (run,) = read_runs(victim["folder"])
    epochs, batches = run.series["train/epoch/loss"].steps, run.series["train/batch/loss"].steps
    assert list(epochs) == list(range(1, len(epochs) + 1))
    assert list(batches) == list(range(1, len(batches) + 1))
    assert len(batches) >= 8 * victim["epochs"]
    assert run.unknown_operations == 0
    return run, len(epochs)


def test_killed_at_any_moment_all_epochs_are_there(victims):
    killed = [victim for victim in victims if victim["code"] == -signal.SIGKILL]
    assert len(killed) == KILLS
    for victim in killed:
        run, epochs = curves(victim)
        assert run.status == "crashed"
        assert epochs >= victim["epochs"]


def test_told_to_end_it_says_so_and_loses_nothing(victims):
    (victim,) = [victim for victim in victims if victim["code"] == -signal.SIGTERM]
    run, epochs = curves(victim)
    assert (run.status, run.reason, run.lost_operations) == ("interrupted", "SIGTERM", 0)
    assert epochs >= victim["epochs"] and run.parameters["summary/last/loss"] >= 0


def test_the_handler_that_was_there_has_the_last_word(victims):
    (victim,) = [victim for victim in victims if victim["code"] == 7]
    assert curves(victim)[0].status == "interrupted"


def test_an_error_that_nobody_catches_is_the_runs_status(victims):
    (victim,) = [victim for victim in victims if victim["code"] == 1]
    run, _ = curves(victim)
    assert (run.status, run.reason) == ("failed", "RuntimeError: nobody catches this")


def test_handlers_come_and_go():
    before = signal.getsignal(signal.SIGTERM)
    said = []
    inner, outer = (Departure(lambda *words, who=who: said.append((who, *words))) for who in ("inner", "outer"))
    calls = []
    signal.signal(signal.SIGTERM, lambda *_: calls.append("user"))
    try:
        inner.watch()
        outer.watch()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0)  # a signal is handled between two instructions
        assert said == [("outer", "interrupted", "SIGTERM"), ("inner", "interrupted", "SIGTERM")]
        assert calls == ["user"]
        threading.Thread(target=outer.watch).start()  # only the main thread can take signals: not an error
        outer.release()
        inner.release()
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_ignored_signal_stays_ignored():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        departure = Departure(lambda *_: None)
        departure.watch()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
        departure.release()
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, ("interrupted", "")),
        (KeyboardInterrupt(), ("interrupted", "KeyboardInterrupt")),
        (ValueError("no faces"), ("failed", "ValueError: no faces")),
    ],
)
def test_outcomes(error, outcome):
    assert outcome_of(error) == outcome
