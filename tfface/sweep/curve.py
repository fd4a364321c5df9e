"""What a cell did epoch by epoch, and what its training cost: the evaluations between the epochs are not counted."""

import time

from tensorflow import keras

from .outcome import Point


class Curve(keras.callbacks.Callback):
    """Notes loss and accuracy after each epoch, and the time that was spent in its steps.

    Stands behind the callback that evaluates, which puts its figures into the logs.

    Attributes:
        points: one an epoch.
        seconds: spent in training steps so far.
        processor_seconds: the same of all cores together.
        later_seconds, later_steps: without the first epoch, in which TensorFlow builds its graph.
    """

    def __init__(self):
        super().__init__()
        self.points: list[Point] = []
        self.seconds = self.processor_seconds = self.later_seconds = 0.0
        self.later_steps = 0

    def on_epoch_begin(self, epoch, logs=None):
        self._began = self._now = time.perf_counter(), time.process_time()
        self._batches = 0

    def on_train_batch_end(self, batch, logs=None):
        self._batches = batch + 1
        if self._batches == self.params["steps"]:
            self._now = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch, logs=None):
        seconds, processor_seconds = (now - began for now, began in zip(self._now, self._began, strict=True))
        if self.points:
            self.later_seconds += seconds
            self.later_steps += self._batches
        self.seconds += seconds
        self.processor_seconds += processor_seconds
        logs = logs or {}
        self.points.append(Point(epoch + 1, self.seconds, _number(logs.get("loss")), accuracy_in(logs)))


def accuracy_in(logs: dict) -> float | None:
    """The accuracy on held-out people in an epoch's logs; None where they were not asked."""
    return _number(next((logs[key] for key in logs if key.startswith("val_") and key.endswith("_accuracy")), None))


def _number(value) -> float | None:
    """As JSON can say it."""
    value = None if value is None else float(value)
    return value if value is not None and abs(value) < float("inf") else None
