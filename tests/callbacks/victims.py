"""Trainings that are killed: run as a program by test_neptune_departure.py.

TensorFlow and the client are imported once, and each victim is a fork that has not used them yet.
`python victims.py FOLDER SEED KILLS`: a line of JSON for each victim. The program itself then dies of an error.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import neptune  # noqa: F401
import numpy as np
from tensorflow import keras

from tfface.callbacks import NeptuneCallback


class Witness(keras.callbacks.Callback):
    """Writes down each epoch that has been logged, past all buffers."""

    def __init__(self, path):
        super().__init__()
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def on_epoch_end(self, epoch, logs=None):
        os.write(self.file, f"{epoch + 1}\n".encode())
        time.sleep(0.002)


class Crash(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise RuntimeError("nobody catches this")


def train(folder, last):
    images = keras.Input((4,))
    model = keras.Model(images, keras.layers.Dense(2)(images))
    model.compile("sgd", loss="mse")
    x = np.ones((64, 4), "float32")
    tracker = NeptuneCallback(directory=folder, batch_every=1)
    model.fit(x, x[:, :2], batch_size=8, epochs=100_000, verbose=0, callbacks=[tracker, last])


def victim(folder, how, pause, previous=None):
    """Forks a training, kills it some time after its first epoch, and reports."""
    witness = folder / "witness"
    folder.mkdir(parents=True)
    pid = os.fork()
    if pid == 0:
        try:
            if previous:
                signal.signal(signal.SIGTERM, previous)
            train(folder / "runs", Witness(witness))
        finally:
            os._exit(70)
    while not (witness.exists() and witness.stat().st_size):
        time.sleep(0.01)
        if os.waitpid(pid, os.WNOHANG)[0]:
            raise SystemExit("a victim died before it was killed")
    time.sleep(pause)
    os.kill(pid, how)
    _, status = os.waitpid(pid, 0)
    epochs = [int(line) for line in witness.read_text().splitlines()]
    print(json.dumps({"folder": str(folder / "runs"), "epochs": epochs[-1], "code": os.waitstatus_to_exitcode(status)}))


def leave(number, frame):
    os._exit(7)


def main(folder, seed, kills):
    chance = random.Random(seed)
    for i in range(kills):
        victim(folder / f"kill{i}", signal.SIGKILL, chance.uniform(0.0, 0.4))
    victim(folder / "term", signal.SIGTERM, 0.1)
    victim(folder / "chained", signal.SIGTERM, 0.1, leave)
    train(folder / "error" / "runs", Crash())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
