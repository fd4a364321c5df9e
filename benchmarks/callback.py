"""What logging costs a training: `NeptuneCallback` against no callback and against Neptune's own.

    python benchmarks/callback.py [--steps 1000] [--rounds 5] [--pairs 1000]

Two models: a very small one, which shows microseconds, and one whose step takes some 20 ms, which shows what people
will notice. Two methods, since on a machine that others use a step's time tells nothing below a tenth:

- what the callback computes, counted: processor time of its hooks, on the threads that Keras runs them on, and of its
  own thread, which brings what was logged to the disk (here every 5 seconds, not every 30). Even if nothing of it ran
  beside the training, no step could be slowed by more;
- what it might cost beside that (caches, locks), by comparison: within one `fit` it is told of one of two steps, of
  the first or the second by chance, and each pair is compared.
"""

import argparse
import random
import statistics
import tempfile
import threading
import time

import numpy as np
from neptune_tensorflow_keras import NeptuneCallback as Official  # pip install neptune-tensorflow-keras
from tensorflow import keras

from tfface.callbacks import NeptuneCallback
from tfface.tracking import init_run

VALUES = 2  # loss and one metric
OURS = "tfface, every batch"


class Passing(keras.callbacks.Callback):
    """Passes a callback's hooks on; run by Keras as that callback would be."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.async_safe = getattr(inner, "async_safe", False)
        self._supports_tf_logs = getattr(inner, "_supports_tf_logs", False)

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

    def on_epoch_end(self, epoch, logs=None):
        self.inner.on_epoch_end(epoch, logs)


class Counted(Passing):
    """Processor seconds of the hooks, and of the thread beside them."""

    def __init__(self, inner):
        super().__init__(inner)
        self.batches, self.epochs, self.beside = [], [], 0.0

    def on_train_batch_end(self, batch, logs=None):
        start = time.thread_time()
        self.inner.on_train_batch_end(batch, logs)
        self.batches.append(time.thread_time() - start)

    def on_epoch_end(self, epoch, logs=None):
        start = time.thread_time()
        super().on_epoch_end(epoch, logs)
        self.epochs.append(time.thread_time() - start)
        for thread in threading.enumerate():
            if thread.name == "tfface-ticker":
                self.beside = time.clock_gettime(time.pthread_getcpuclockid(thread.ident))


class EveryOther(Passing):
    """Tells a callback of one of two steps; keeps the seconds of both, by the clock and of the processor."""

    def __init__(self, inner):
        super().__init__(inner)
        self.async_safe = False  # each step ends with its callback
        self.told, self.untold = [], []
        self._chance = random.Random(0)

    def on_train_batch_begin(self, batch, logs=None):
        if batch % 2 == 0:
            self._which = self._chance.randrange(2)
        self._start = time.perf_counter(), time.process_time()

    def on_train_batch_end(self, batch, logs=None):
        told = batch % 2 == self._which
        if told:
            self.inner.on_train_batch_end(batch, logs)
        took = time.perf_counter() - self._start[0], time.process_time() - self._start[1]
        (self.told if told else self.untold).append(took)


def callbacks(run):
    """Callbacks by name, made anew for each round."""
    return {
        "official, epochs": Official(run["official"]),
        "tfface, epochs": NeptuneCallback(run["epochs"], flush_every=5),
        "official, every batch": Official(run["official-batches"], log_on_batch=True),
        OURS: NeptuneCallback(run["batches"], batch_every=1, flush_every=5),
    }


def model(width):
    inputs = keras.Input((64,))
    hidden = inputs
    for _ in range(4 if width > 64 else 0):
        hidden = keras.layers.Dense(width, "relu")(hidden)
    made = keras.Model(inputs, keras.layers.Dense(2)(hidden))
    made.compile("sgd", loss="mse", metrics=["mae"])
    return made


def fit(trained, steps, batch_size, used):
    """Seconds of a step, the average of an epoch."""
    images = np.random.default_rng(0).normal(size=(batch_size * steps, 64)).astype("float32")
    start = time.perf_counter()
    trained.fit(images, images[:, :2], batch_size, verbose=0, shuffle=False, callbacks=used)
    return (time.perf_counter() - start) / steps


def counted(trained, batch_size, steps, rounds):
    """A row for each callback: what it computes."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):
            run = init_run(directory=folder)
            for name, callback in callbacks(run).items():
                watch = Counted(callback)
                step = fit(trained, steps, batch_size, [watch])
                run.wait(disk_only=True)  # or the next one would compete with what the client still has to write
                if number:  # the first round warms up
                    found.setdefault(name, []).append((step, sum(watch.batches) + watch.beside, sum(watch.epochs)))
            run.stop()
    print("| | CPU µs a value and batch: median (fastest) | CPU ms at an epoch's end | all, of a step |")
    print("|---|---|---|---|")
    for name, rows in found.items():
        step, batches, epoch = map(statistics.median, zip(*rows, strict=True))
        fastest = min(row[1] for row in rows)
        each = 1e6 / steps / VALUES
        share = (batches + epoch) / steps / step
        print(
            f"| {name} | {batches * each:.1f} ({fastest * each:.1f}) | {1e3 * epoch:.1f} "
            f"| {share:.2%} of {1e3 * step:.1f} ms |"
        )


def compared(trained, batch_size, pairs):
    """Steps with our callback against steps without, in one `fit`."""
    with tempfile.TemporaryDirectory() as folder:
        run = init_run(directory=folder)
        watch = EveryOther(callbacks(run)[OURS])
        fit(trained, 2 * pairs, batch_size, [watch])
        run.stop()
    told, untold = np.array(watch.told[5:]), np.array(watch.untold[5:])  # the first ones are slow
    differences = (told - untold) / np.median(untold, axis=0)
    again = np.random.default_rng(0).integers(len(differences), size=(1000, len(differences)))
    low, high = np.percentile(np.median(differences[again], axis=1), [2.5, 97.5], axis=0)
    for column, clock in enumerate(("by the clock", "of the processor")):
        middle = np.median(differences[:, column])
        print(
            f"{clock}: a step of {1e3 * np.median(untold[:, column]):.1f} ms is slower by {middle:+.2%} "
            f"(median of {len(differences)} pairs; 95 %: {low[column]:+.2%} to {high[column]:+.2%})"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pairs", type=int, default=1000)
    arguments = parser.parse_args()
    print("a step of about 1 ms")
    counted(model(64), 8, arguments.steps, arguments.rounds)
    print("\na step of some 20 ms")
    long = model(1024)
    counted(long, 256, arguments.steps // 2, 1)
    compared(long, 256, arguments.pairs)


if __name__ == "__main__":
    main()
