"""What logging costs a training: `NeptuneCallback` against no callback and against Neptune's own.

    python benchmarks/callback.py [--steps 1000] [--rounds 9]

Two models: a very small one, which shows microseconds, and one whose step takes some 20 ms, which shows what people
will notice. Rounds of the callbacks follow each other, so that a busy machine is busy for all; time within a callback
is that of its thread on the processor.
"""

import argparse
import statistics
import tempfile
import time

import numpy as np
from neptune_tensorflow_keras import NeptuneCallback as Official  # pip install neptune-tensorflow-keras
from tensorflow import keras

from tfface.callbacks import NeptuneCallback
from tfface.tracking import init_run

VALUES = 2  # loss and one metric


class Watch(keras.callbacks.Callback):
    """Runs a callback's hooks and adds up their time."""

    def __init__(self, inner):
        super().__init__()
        self.inner, self.batch, self.epoch = inner, 0.0, 0.0

    def set_model(self, model):
        super().set_model(model)
        self.inner.set_model(model)

    def set_params(self, params):
        super().set_params(params)
        self.inner.set_params(params)

    def on_train_begin(self, logs=None):
        self.inner.on_train_begin(logs)

    def on_train_end(self, logs=None):
        self.inner.on_train_end(logs)

    def on_epoch_begin(self, epoch, logs=None):
        self.inner.on_epoch_begin(epoch, logs)

    def on_train_batch_end(self, batch, logs=None):
        start = time.thread_time()
        self.inner.on_train_batch_end(batch, logs)
        self.batch += time.thread_time() - start

    def on_epoch_end(self, epoch, logs=None):
        start = time.thread_time()
        self.inner.on_epoch_end(epoch, logs)
        self.epoch += time.thread_time() - start


def model(width):
    inputs = keras.Input((64,))
    hidden = inputs
    for _ in range(4 if width > 64 else 0):
        hidden = keras.layers.Dense(width, "relu")(hidden)
    made = keras.Model(inputs, keras.layers.Dense(2)(hidden))
    made.compile("sgd", loss="mse", metrics=["mae"])
    return made


def callbacks(run):
    """Callbacks by name, made anew for each round."""
    return {
        "none": [],
        "official, epochs": [Official(run["official"])],
        "tfface, epochs": [NeptuneCallback(run["epochs"])],
        "official, every batch": [Official(run["official-batches"], log_on_batch=True)],
        "tfface, every batch": [NeptuneCallback(run["batches"], batch_every=1)],
    }


def fit(trained, images, batch_size, used):
    """Seconds of an epoch."""
    start = time.perf_counter()
    trained.fit(images, images[:, :2], batch_size, verbose=0, shuffle=False, callbacks=used)
    return time.perf_counter() - start


def measure(trained, batch_size, steps, rounds):
    """Seconds a step of `fit`, for each callback in each round, and within the hooks of its callback."""
    images = np.random.default_rng(0).normal(size=(batch_size * steps, 64)).astype("float32")
    seconds, inside, epochs = {}, {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):
            run = init_run(directory=folder)
            for name, used in callbacks(run).items():
                taken = fit(trained, images, batch_size, used) / steps
                watches = [Watch(one) for one in used]
                if watches:
                    fit(trained, images, batch_size, watches)
                if number:  # the first round warms up
                    seconds.setdefault(name, []).append(taken)
                    inside.setdefault(name, []).extend(watch.batch / steps for watch in watches)
                    epochs.setdefault(name, []).extend(watch.epoch for watch in watches)
            run.stop()
    return seconds, inside, epochs


def report(title, seconds, inside, epochs):
    columns = "ms a step | against none | quartiles | CPU µs a value in on_train_batch_end | CPU ms in on_epoch_end"
    print(f"\n{title}\n| | {columns} |")
    print("|---|---|---|---|---|---|")
    for name, taken in seconds.items():
        ratios = [one / none for one, none in zip(taken, seconds["none"], strict=True)]
        low, _, high = statistics.quantiles(ratios, n=4)
        batch = f"{1e6 * statistics.median(inside[name]) / VALUES:.1f}" if inside[name] else "–"
        epoch = f"{1e3 * statistics.median(epochs[name]):.1f}" if epochs[name] else "–"
        cells = f"{statistics.median(ratios) - 1:+.1%} | {low - 1:+.1%} to {high - 1:+.1%} | {batch} | {epoch}"
        print(f"| {name} | {1e3 * statistics.median(taken):.3f} | {cells} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    report("a step of under 1 ms", *measure(model(64), 8, arguments.steps, arguments.rounds))
    report("a step of some 20 ms", *measure(model(1024), 256, arguments.steps // 10, arguments.rounds))


if __name__ == "__main__":
    main()
