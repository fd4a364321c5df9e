"""A training that is killed, told to end, or dropped by its program has lost nothing that was to be kept.

`make test` kills five trainings at random times, `make soak` fifty.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from tensorflow import keras

from tfface.callbacks import NeptuneCallback
from tfface.callbacks.departure import Departure, outcome_of
from tfface.tracking import read_runs

pytestmark = pytest.mark.xdist_group("departure")  # one worker starts the processes, for all tests
PROGRAM = Path(__file__).with_name("victims.py")
WITHIN = 0.1 + 2.0  # flush_every of the victims, and what a busy machine may need to get to it


@pytest.fixture(scope="module", params=[(5, 1), pytest.param((50, 20), marks=pytest.mark.soak)], ids=["few", "many"])
def victims(request, tmp_path_factory):
    """What the victims left: kind -> a list of what was told of each."""
    kills, terms = request.param
    seed = time.time_ns() % 2**32
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    folder = tmp_path_factory.mktemp("victims")
    command = [sys.executable, str(PROGRAM), *map(str, (folder, seed, kills, terms))]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=900)
    assert "nobody catches this" in done.stderr, f"seed {seed}: {done.stderr[-3000:]}"
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    told.append({"folder": str(folder / "error"), "kind": "error", "code": done.returncode})
    found = {kind: [one for one in told if one["kind"] == kind] for kind in (one["kind"] for one in told)}
    print(f"seed {seed}: {len(found['SIGKILL'])} killed, {len(found['SIGTERM'])} told to end")
    assert (len(found["SIGKILL"]), len(found["SIGTERM"])) == (kills, terms)
    return found


def the_run(victim):
    (run,) = read_runs(Path(victim["folder"]) / "runs")
    return run


def kept(victim):
    """The run of a victim that had a witness: everything older than the last seconds must be there, in order."""
    run = the_run(victim)
    epochs, batches = run.series["train/epoch/loss"].steps, run.series["train/batch/loss"].steps
    assert list(epochs) == list(range(1, len(epochs) + 1))
    assert list(batches) == list(range(1, len(batches) + 1))
    lines = (Path(victim["folder"]) / "witness").read_text().splitlines()
    seen = [(int(epoch), int(step), float(at)) for epoch, step, at in map(str.split, lines)]
    assert len(epochs) >= seen[-1][0]
    assert len(batches) >= max(step for _, step, at in seen if at < victim["at"] - WITHIN or step <= 40)
    assert run.unknown_operations == 0
    return run, len(batches), seen[-1][1]


def oldest_lost(victim):
    """How long before its end the first step was done that is not in the run."""
    batches = len(the_run(victim).series["train/batch/loss"].steps)
    lines = (Path(victim["folder"]) / "witness").read_text().splitlines()
    return max((victim["at"] - float(at) for _, step, at in map(str.split, lines) if int(step) > batches), default=0.0)


def test_killed_at_any_moment_it_loses_seconds_at_most(victims):
    lost = []
    for victim in victims["SIGKILL"]:
        run, batches, done = kept(victim)
        assert victim["code"] == -signal.SIGKILL and run.status == "crashed"
        assert run.parameters["summary/best_epoch"] >= 1
        lost.append(done - batches)
    print(f"steps lost by each: {sorted(lost)}; seconds of the oldest: {max(map(oldest_lost, victims['SIGKILL'])):.2f}")


def test_told_to_end_it_says_so_and_loses_nothing(victims):
    for victim in victims["SIGTERM"]:
        run, batches, done = kept(victim)
        assert victim["code"] == -signal.SIGTERM
        assert (run.status, run.reason, run.lost_operations) == ("interrupted", "SIGTERM", 0)
        assert batches >= done and run.parameters["summary/last/loss"] >= 0


def test_the_handler_that_was_there_has_the_last_word(victims):
    (victim,) = victims["chained"]
    assert victim["code"] == 7 and kept(victim)[0].status == "interrupted"


def test_an_error_that_nobody_catches_is_the_runs_status(victims):
    (victim,) = victims["error"]
    run = the_run(victim)
    assert victim["code"] == 1 and (run.status, run.reason) == ("failed", "RuntimeError: nobody catches this")


def test_a_full_disk_does_not_end_it_and_what_follows_is_logged_again(victims):
    (victim,) = victims["full"]
    run = the_run(victim)
    assert victim["code"] == 0 and run.status == "finished"
    epochs = list(run.series["train/epoch/loss"].steps)
    assert epochs[0] == 1 and epochs[-1] == 4
    assert {"summary/best_epoch", "tfface/ended"} <= run.parameters.keys()


def test_killed_and_resumed_it_is_one_run_with_whole_curves(victims):
    (before,), (after,) = victims["before"], victims["resumed"]
    run = the_run(after)
    assert (before["code"], after["code"]) == (-signal.SIGKILL, 0)
    assert len(run.directories) == 2 and run.status == "finished" and 3 <= before["epoch"] < 12
    assert list(run.series["train/epoch/loss"].steps) == list(range(1, 13))
    assert list(run.series["train/batch/loss"].steps) == list(range(1, 25))
    best = int(np.argmin(run.series["train/epoch/loss"].values)) + 1
    assert run.parameters["summary/best_epoch"] == best
    assert run.parameters["checkpoint/path"].endswith("model.keras")


def test_while_a_step_hangs_the_steps_before_it_reach_the_disk(tmp_path):
    class Hang(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            end = time.monotonic() + 30
            while batch == 2 and not self.model.stop_training:
                series = read_runs(tmp_path)[0].series.get("train/batch/loss", ())
                self.model.stop_training = len(series) == 3
                assert time.monotonic() < end
                time.sleep(0.01)

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile("sgd", loss="mse")
    with NeptuneCallback(directory=tmp_path, batch_every=1, flush_every=0.05) as tracker:
        model.fit(np.ones((32, 4)), np.ones((32, 2)), 8, epochs=1, verbose=0, callbacks=[tracker, Hang()])


@pytest.fixture
def user_handler():
    """A handler for SIGTERM that was there before; the calls of it."""
    calls = []
    former = signal.signal(signal.SIGTERM, lambda *_: calls.append("user"))
    yield calls
    signal.signal(signal.SIGTERM, former)


def test_a_signal_waits_until_what_is_being_written_is_written(user_handler):
    said = []
    departure = Departure(lambda *words: said.append(words))
    departure.watch()
    with departure:
        with departure:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0)
        assert not said and not user_handler
    assert said == [("interrupted", "SIGTERM")] and user_handler == ["user"]


def test_watching_twice_is_watching_once(user_handler):
    said = []
    departure = Departure(lambda *words: said.append(words))
    departure.watch()
    departure.watch()  # a fit that an error ended, and another one
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0)
    assert len(said) == 1 and user_handler == ["user"]


def test_a_signal_during_the_last_words_is_the_same_one(user_handler):
    said = []

    def last_words(*words):
        with departure:
            said.append(words)
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0)

    departure = Departure(last_words)
    departure.watch()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0)
    assert said == [("interrupted", "SIGTERM")] and user_handler == ["user"]


def test_departures_that_end_in_another_order_than_they_began(user_handler):
    said = []
    first, second = (Departure(lambda *_, who=who: said.append(who)) for who in ("first", "second"))
    first.watch()
    second.watch()
    first.release()
    second.release()  # and the first one's handler is there again
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0)
    assert (said, user_handler) == ([], ["user"])


def test_departures_that_call_each_other_end_the_process():
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        first, second = Departure(lambda *_: None), Departure(lambda *_: None)
        first.watch()
        second.watch()
        first.release()
        first.watch()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0)
        os._exit(70)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGTERM


def test_the_end_of_a_forked_process_is_not_the_trainings(user_handler):
    reader, writer = os.pipe()
    departure = Departure(lambda *_: os.write(writer, b"last words"))
    departure.watch()
    pid = os.fork()
    if pid == 0:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0)
        os._exit(len(user_handler))
    _, status = os.waitpid(pid, 0)
    departure.release()
    os.close(writer)
    assert os.waitstatus_to_exitcode(status) == 1 and os.read(reader, 99) == b""
    os.close(reader)


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
