"""Trainings that are killed: run as a program by test_neptune_departure.py and by tests/soak.

TensorFlow and the client are imported once, and each victim is a fork that has not used them yet.
`python victims.py FOLDER SEED KILLS TERMS`: a line of JSON for each victim. The program itself then dies of an error.
"""

import json
import os
import random
import resource
import signal
import sys
import time
from pathlib import Path

import neptune  # noqa: F401
import numpy as np
from tensorflow import keras

from tfface.callbacks import NeptuneCallback
from tfface.training import checkpoint, train

FLUSH_EVERY = 0.1  # seconds
STEPS = 40  # an epoch takes several times as long


class Witness(keras.callbacks.Callback):
    """Writes down each step and each epoch that has been logged, and when, past all buffers."""

    def __init__(self, path):
        super().__init__()
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.epoch = self.step = 0

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        os.write(self.file, f"{self.epoch} {self.step} {time.time()}\n".encode())
        time.sleep(0.005)

    def on_epoch_end(self, epoch, logs=None):
        self.epoch = epoch + 1
        os.write(self.file, f"{self.epoch} {self.step} {time.time()}\n".encode())


class Crash(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise RuntimeError("nobody catches this")


def small():
    images = keras.Input((4,))
    model = keras.Model(images, keras.layers.Dense(2)(images))
    model.compile("sgd", loss="mse")
    return model


def fit(folder, *callbacks, epochs=100_000, model=None, **options):
    x = np.ones((8 * STEPS, 4), "float32")
    tracker = NeptuneCallback(directory=folder, batch_every=1, flush_every=FLUSH_EVERY)
    (model or small()).fit(x, x[:, :2], 8, epochs=epochs, verbose=0, callbacks=[tracker, *callbacks], **options)
    return tracker


def fill_disk(folder):
    """The disk is full from the second epoch on, and has space again for the fourth."""

    class Disk(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            # no file may grow: what a process is told then is what it is told of a full disk
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 if epoch in (1, 2) else hard, hard))

    fit(folder, Disk(), epochs=4).close()


def recipe(folder):
    """A training of six people by a recipe, with random pictures."""
    rng = np.random.default_rng(0)
    for person in range(6):
        (folder / "faces" / f"p{person}").mkdir(parents=True, exist_ok=True)
        for photo in range(6):
            pixels = rng.integers(0, 256, (8, 8)).astype(np.uint8)
            (folder / "faces" / f"p{person}" / f"{photo}.pgm").write_bytes(b"P5 8 8 255\n" + pixels.tobytes())
    return {
        "data": {"source": {"name": "folder", "path": str(folder / "faces")}, "train_identities": 4},
        "backbone": {"name": "small_cnn", "embedding_size": 4, "widths": [2]},
        "loss": "arcface",
        "batch": 12,
        "evaluation": {"folds": 3},
        "tracking": {"directory": str(folder / "runs"), "batch_every": 1},
        "monitors": {"nonfinite": False},
        "epochs": 12,
        "output": str(folder / "out"),
    }


def fork(work):
    """Runs something in a fork; its pid."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return pid


def wait_until(condition, pid):
    while not condition():
        time.sleep(0.01)
        if os.waitpid(pid, os.WNOHANG)[0]:
            raise SystemExit("a victim died before it was killed")


def end(folder, pid, how=None, **told):
    """Ends a victim and reports."""
    at = time.time()
    if how:
        os.kill(pid, how)
    _, status = os.waitpid(pid, 0)
    print(json.dumps({"folder": str(folder), "code": os.waitstatus_to_exitcode(status), "at": at, **told}), flush=True)


def kill(folder, how, pause, previous=None):
    """Trains, and kills some time after the first epoch."""
    folder.mkdir(parents=True)
    witness = folder / "witness"

    def work():
        if previous:
            signal.signal(signal.SIGTERM, previous)
        fit(folder / "runs", Witness(witness))

    pid = fork(work)
    wait_until(lambda: witness.exists() and "\n1 " in witness.read_text(), pid)
    time.sleep(pause)
    end(folder, pid, how, kind="chained" if previous else how.name)


def kill_and_resume(folder):
    """Kills a training by a recipe after its first checkpoints, and resumes it."""
    written = recipe(folder)
    pid = fork(lambda: train(written))
    output = Path(written["output"])
    wait_until(lambda: any(int(path.name.split("-")[1]) >= 3 for path in output.glob("checkpoint-*")), pid)
    end(folder, pid, signal.SIGKILL, kind="before", epoch=checkpoint.load(output).state.position.epoch)
    end(folder, fork(lambda: train(written, resume=True)), kind="resumed")


def leave(number, frame):
    os._exit(7)


def main(folder, seed, kills, terms):
    chance = random.Random(seed)
    for i in range(kills):
        kill(folder / f"kill{i}", signal.SIGKILL, chance.uniform(0.0, 0.6))
    for i in range(terms):
        kill(folder / f"term{i}", signal.SIGTERM, chance.uniform(0.0, 0.6))
    kill(folder / "chained", signal.SIGTERM, 0.1, leave)
    end(folder / "full", fork(lambda: fill_disk(folder / "full" / "runs")), kind="full")
    kill_and_resume(folder / "recipe")
    fit(folder / "error" / "runs", Crash())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
