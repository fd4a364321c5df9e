"""What is written to a run while a model trains."""

import itertools
import math
from collections.abc import Mapping
from datetime import datetime, timezone

from ..tracking import RunLog, layout, log_checkpoint
from ..tracking.environment import difference, environment
from .batches import Batches
from .best import Best
from .describe import (
    describe_model,
    device,
    diagram,
    figures,
    learning_rate,
    loss_scale,
    metric_names,
    seed,
    summary_text,
)
from .series import series_of


class Journal:
    """Writes one training to a run.

    Args:
        log: the run.
        settings: namespace -> values to log when training begins.
        best: what remembers the best epoch.

    Attributes:
        status: what became of the training; None before it begins.
        epoch: the epoch under way, counted from 1.
        batches, validation_batches: the metrics of single ones, gathered and written when it is time.
        validated: counts validation batches.
    """

    def __init__(self, log: RunLog, settings: Mapping[str, Mapping], best: Best):
        self.log = log
        self.status = None
        self.epoch = 0
        self._settings = settings
        self._best = best
        self._described = False
        self.batches = Batches(log, layout.TRAIN_BATCH)
        self.validation_batches = Batches(log, layout.VALIDATION_BATCH)
        self.validated = itertools.count(1)
        self._rated = 0
        self._optimizer = None
        self._diverged = ""

    def begin(self, model, params: Mapping):
        """Training begins: what trains, how, where."""
        self.status = layout.RUNNING
        self._optimizer = model.optimizer
        self.log.set(layout.STATUS, layout.RUNNING)
        self.log.set(layout.REASON, "")
        for namespace, values in self._settings.items():
            self.log.update(namespace, values)
        self.log.update(layout.FIT, {key: params.get(key) for key in ("epochs", "steps", "verbose")})
        if not self.log.has(f"{layout.ENVIRONMENT}/python"):
            self.log.update(layout.ENVIRONMENT, environment() | device() | {"seed": seed()})
            if changes := difference():
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

    def draw(self, model):
        """The diagram of the model's layers."""
        self.log.picture(f"{layout.MODEL}/diagram", diagram(model))

    def end_epoch(self, seconds: float, iterations: int, logs: Mapping, model):
        """An epoch's metrics."""
        try:
            self._write_epoch(seconds, iterations, logs, model)
        finally:
            self.flush()

    def evaluation(self, logs: Mapping):
        """Metrics of a `model.evaluate`, which is no part of the training's curves."""
        for key, value in figures(logs).items():
            self.log.append(f"{layout.EVALUATE}/{layout.segment(key)}", value, self.epoch)
        self.flush()

    def checkpoint(self, path):
        """A file that the model was saved to."""
        log_checkpoint(self.log, path, self.epoch)

    def diverge(self, metric: str, reason: str, ends: bool = False):
        """A value that is not finite was seen; `ends`: the training goes no further."""
        if not self._diverged:
            self.log.set(layout.DIVERGED_AT, self.epoch)
            self.log.set(layout.DIVERGED_METRIC, metric)
            self._diverged = reason
        if ends:
            self.conclude(layout.DIVERGED, self._diverged)

    def end(self, reason: str = ""):
        """Training came to its end."""
        self.conclude(layout.DIVERGED if self._diverged else layout.FINISHED, self._diverged or reason)

    def conclude(self, status: str, reason: str):
        """The last lines: what became of the training."""
        self.status = status
        self.log.update(layout.SUMMARY, {**self._best.summary(), "last": self._best.last})
        self.log.set(layout.STATUS, status)
        self.log.set(layout.REASON, reason)
        self.log.set(layout.ENDED, datetime.now(timezone.utc).isoformat())
        self.flush()

    def write_batches(self):
        """The metrics of batches that were gathered."""
        self.batches.write()
        self.validation_batches.write()

    def flush(self):
        """Brings everything to the disk."""
        self.write_batches()
        try:
            self._rate()
        finally:
            self.log.flush()

    def _write_epoch(self, seconds, iterations, logs, model):
        values, own = figures(logs), metric_names(model)
        for key, value in values.items():
            self.log.append(series_of(key, values, own), value, self.epoch)
        self.log.append(layout.SECONDS, seconds, self.epoch)
        self.log.append(layout.ITERATIONS, iterations, self.epoch)
        if self._best.see(self.epoch, values):
            self.log.update(layout.SUMMARY, self._best.summary())
        self._watch(iterations, values)
        logged = {"learning_rate", "lr"} & values.keys()  # by a callback of Keras
        if model.optimizer is not None and not logged:
            self.log.append(layout.LEARNING_RATE, learning_rate(model.optimizer), self.epoch)
        if (scale := loss_scale(model.optimizer)) is not None:
            self.log.append(layout.LOSS_SCALE, scale, self.epoch)
        self.describe(model)

    def _rate(self):
        """The learning rate after the last batch, which any schedule may have to work out: not for each batch."""
        step = self.batches.step
        if step > self._rated and self._optimizer is not None:
            self._rated = step
            self.log.append(f"{layout.TRAIN_BATCH}/learning_rate", learning_rate(self._optimizer), step)

    def _watch(self, iterations: int, values: Mapping[str, float]):
        strange = [key for key in ("loss", "val_loss") if not math.isfinite(values.get(key, 0.0))]
        if strange:
            found = f"{strange[0]} is {values[strange[0]]}"
            self.diverge(strange[0], f"{found} from epoch {self.epoch} (iteration {iterations}) on")
        else:
            self._diverged = ""
