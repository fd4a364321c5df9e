"""Processes that are started together end together. They are small programs here, in the place of `tfface train`."""

import os
import signal
import threading
import time

import pytest

from tfface.cli import main
from tfface.training import launch as module
from tfface.training.launch import WorkerFailed, launch

HEAD = "import json, os, signal, sys, time; i = json.loads(os.environ['TF_CONFIG'])['task']['index']\n"
WAIT = "time.sleep(60)"


@pytest.fixture
def program(monkeypatch):
    """Lets the workers run this, where `i` is the worker's number."""
    return lambda text: monkeypatch.setattr(module, "_START", HEAD + text)


def test_all_end_well(program, capfd):
    program("print('chief' if i == 0 else 'other', sys.argv[1:])")
    assert launch(["train", "x"], workers=3) == 0
    assert capfd.readouterr().out == "chief ['train', 'x']\n"


def test_one_that_fails_ends_the_others_and_is_heard(program):
    program(f"if i == 0: {WAIT}\nprint('what went wrong'); sys.exit(7)")
    started = time.monotonic()
    with pytest.raises(
        WorkerFailed, match="worker 1 ended with exit code 7; its last words:\nwhat went wrong"
    ) as error:
        launch([], workers=2)
    assert error.value.exit_code == 7 and time.monotonic() - started < 30


@pytest.mark.parametrize("index", [0, 1])
def test_one_that_is_killed(program, index):
    program(f"if i != {index}: {WAIT}\nos.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(WorkerFailed, match=f"worker {index} was killed by SIGKILL") as error:
        launch([], workers=2)
    assert error.value.exit_code == 137


def test_who_does_not_want_to_end_is_killed(program):
    program(f"signal.signal(signal.SIGTERM, signal.SIG_IGN)\nif i == 0: {WAIT}\nsys.exit(3)")
    with pytest.raises(WorkerFailed, match="worker 1 ended with exit code 3"):
        launch([], workers=2, grace=0.2)


def test_a_mistake_is_told_once_by_the_chief(program, capfd):
    program("sys.exit('a mistake')")
    assert launch([], workers=2) == 1
    assert capfd.readouterr().err == "a mistake\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_are_handed_on(program, number, code):
    """And nobody is hurried who has agreed to end."""
    program(f"signal.signal({int(number)}, lambda *_: (time.sleep(i), sys.exit({code})))\n{WAIT}")
    threading.Timer(1.5, os.kill, (os.getpid(), number)).start()
    assert launch([], workers=2, grace=0.0) == code


def test_the_command(program, tmp_path, capfd):
    recipe = tmp_path / "faces.yaml"
    recipe.write_text("data: {source: orl}\nloss: arcface\nepochs: 1\n")
    program("print(*sys.argv[1:])")
    words = ["launch", str(recipe), "--workers", "2", "--resume", "--set", "seed=3"]
    assert main(words) == 0
    assert capfd.readouterr().out == f"train {recipe} --strategy multiworker --resume --set seed=3\n"
    program("os.kill(os.getpid(), signal.SIGKILL) if i else None")
    assert main(words) == 137
    assert "tfface: worker 1 was killed by SIGKILL" in capfd.readouterr().err
    assert main(["launch", str(recipe), "--workers", "0"]) == 2
    assert "workers: expected at least 1, got 0" in capfd.readouterr().err
    recipe.write_text("data: {source: orl}\nloss: arcface\nepochs: 1\nstrategy: fast\n")
    assert main(words) == 2
    assert "strategy" in capfd.readouterr().err
