"""What is written to a run while a model trains."""

import math
import time
from collections.abc import Mapping

from ..tracking import RunLog, layout
from ..tracking.environment import environment, git
from .best import Best
from .describe import describe_model, device, learning_rate, metric_names, number, summary_text
from .series import series_of

_BUFFER = 100


class Journal:
    """Writes one training to a run.

    Args:
        log: the run.
        settings: namespace -> values to log when training begins.
        best: what remembers the best epoch.
    """

    def __init__(self, log: RunLog, settings: Mapping[str, Mapping], best: Best):
        self.log = log
        self.status = None
        self._settings = settings
        self._best = best
        self._described = False
        self._batches = []
        self._diverged = ""
        self._flushed = time.monotonic()

    def begin(self, model, params: Mapping):
        """Training begins: what trains, how, where."""
        self.status = layout.RUNNING
        self.log.set(layout.STATUS, layout.RUNNING)
        self.log.set(layout.REASON, "")
        for namespace, values in self._settings.items():
            self.log.update(namespace, values)
        self.log.update(layout.FIT, {key: params.get(key) for key in ("epochs", "steps")})
        if not self.log.has(f"{layout.ENVIRONMENT}/python"):
            self.log.update(layout.ENVIRONMENT, environment() | device())
            if changes := git("diff", "HEAD"):
                self.log.text(f"{layout.ENVIRONMENT}/git/diff", changes)
        self.describe(model)
        self.flush()

    def describe(self, model):
        """The model, once it is built."""
        if self._described or not model.built:
            return
        self._described = True
        self.log.update(layout.MODEL, describe_model(model))
        replicas = getattr(getattr(model, "distribute_strategy", None), "num_replicas_in_sync", 1)
        self.log.set(f"{layout.FIT}/replicas", replicas)
        self.log.text(f"{layout.MODEL}/summary", summary_text(model))

    def batch(self, step: int, logs: Mapping):
        """A batch's metrics; written some hundred at a time, which is ten times cheaper."""
        self._batches.append((step, time.time(), dict(logs)))
        if len(self._batches) >= _BUFFER:
            self._write_batches()

    def epoch(self, epoch: int, seconds: float, iterations: int, logs: Mapping, model):
        """An epoch's metrics."""
        values = {key: number(value) for key, value in logs.items()}
        own = metric_names(model)
        for key, value in values.items():
            self.log.append(series_of(key, values, own), value, epoch)
        self.log.append(layout.SECONDS, seconds, epoch)
        self.log.append(layout.ITERATIONS, iterations, epoch)
        self._best.see(epoch, values)
        self._watch(epoch, iterations, values)
        if not {"learning_rate", "lr"} & values.keys():  # some callbacks of Keras log it themselves
            self.log.append(layout.LEARNING_RATE, learning_rate(model.optimizer), epoch)
        self.describe(model)
        self.flush()

    def evaluation(self, epoch: int, logs: Mapping):
        """Metrics of a `model.evaluate`, which is no part of the training's curves."""
        for key, value in logs.items():
            self.log.append(f"{layout.EVALUATE}/{layout.segment(key)}", number(value), epoch)
        self.flush()

    def end(self):
        """Training came to its end."""
        self.conclude(layout.DIVERGED if self._diverged else layout.FINISHED, self._diverged)

    def conclude(self, status: str, reason: str):
        """The last lines: what became of the training."""
        self.status = status
        self.log.update(layout.SUMMARY, self._best.summary())
        self.log.set(layout.STATUS, status)
        self.log.set(layout.REASON, reason)
        self.flush()

    def flush(self, after: float = 0.0):
        """Brings everything to the disk, if the last time is at least `after` seconds ago."""
        now = time.monotonic()
        if now - self._flushed >= after:
            self._write_batches()
            self.log.flush()
            self._flushed = now

    def _write_batches(self):
        batches, self._batches = self._batches, []
        for key in {key: None for _, _, logs in batches for key in logs}:
            steps, times, values = zip(*((s, t, logs[key]) for s, t, logs in batches if key in logs), strict=True)
            path = f"{layout.TRAIN_BATCH}/{layout.segment(key)}"
            self.log.extend(path, [number(value) for value in values], steps, times)

    def _watch(self, epoch: int, iterations: int, values: Mapping[str, float]):
        strange = [key for key in ("loss", "val_loss") if not math.isfinite(values.get(key, 0.0))]
        if strange and not self._diverged:
            self.log.set(layout.DIVERGED_AT, epoch)
            self.log.set(layout.DIVERGED_METRIC, strange[0])
            self._diverged = f"{strange[0]} is {values[strange[0]]} from epoch {epoch} (iteration {iterations}) on"
        elif not strange:
            self._diverged = ""
