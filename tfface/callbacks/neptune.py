"""Logging a training to Neptune, so that nothing is lost and nothing is stopped."""

import logging
import time
from collections.abc import Mapping

from tensorflow import keras

from ..tracking import RunLog, init_run, layout
from ..tracking.directory import writable_directory
from ..tracking.log import first_line, harmless
from .best import Best
from .chief import is_chief
from .departure import Departure, outcome_of
from .describe import number
from .journal import Journal

_logger = logging.getLogger("tfface")


class NeptuneCallback(keras.callbacks.Callback):
    """Logs `fit` to a Neptune run: curves, settings, what became of it; see `tfface.tracking.layout`.

    Steps are true: epochs count on with `initial_epoch` and repeated `fit`, batches are optimiser iterations.
    Values that are not finite are kept in `<metric>_nonfinite`. What was logged is on the disk after each epoch,
    every `flush_every` seconds, and at SIGTERM. An error while logging is one warning line, never the end of the
    training. Of several workers only the chief logs. It works with any Keras model.

    Used as a context manager, or after `close()`, an error that ends `fit` is recorded as the run's status.

    Args:
        run: a Neptune run, a handler of one, or a run of the same interface, which stays open; None starts one,
            offline, when training begins, and closes it with `close()` or at the end of the program.
        recipe: mapping (or object with `to_dict`) logged under `recipe/`.
        batch_every: log metrics every so many batches too; None for epochs only.
        data: mapping logged under `data/`: counts, fingerprint.
        monitor: log key that says which epoch is best, `"val_orl_accuracy"`; None for `val_loss`, or else `loss`.
        mode: `"min"`, `"max"`, or `"auto"` to tell from the name.
        flush_every: seconds after which what was logged is brought to the disk.
        name, tags, directory: of the run to start, as in `init_run`.

    Raises:
        TypeError: `run` is no run, or `recipe` no mapping.
        ValueError: `batch_every`, `flush_every` or `mode` make no sense, or `directory` cannot be written to.

    Example:
        >>> with NeptuneCallback(name="arcface", directory="runs") as tracker:  # doctest: +SKIP
        ...     model.fit(dataset, epochs=20, callbacks=[tracker])
    """

    def __init__(
        self,
        run=None,
        recipe=None,
        batch_every: int | None = None,
        *,
        data: Mapping | None = None,
        monitor: str | None = None,
        mode: str = "auto",
        flush_every: float = 30.0,
        name: str | None = None,
        tags=(),
        directory=None,
    ):
        super().__init__()
        if batch_every is not None and not (isinstance(batch_every, int) and batch_every > 0):
            raise ValueError(f"batch_every: expected a positive integer or None, got {batch_every!r}")
        if not flush_every > 0:
            raise ValueError(f"flush_every: expected seconds above 0, got {flush_every!r}")
        recipe = recipe.to_dict() if hasattr(recipe, "to_dict") else recipe
        if recipe is not None and not isinstance(recipe, Mapping):
            raise TypeError(f"recipe: expected a mapping, got {type(recipe).__name__}")
        if run is None:
            directory = writable_directory(directory)
        self.batch_every, self.flush_every = batch_every, flush_every
        self._opens = {"name": name, "tags": tags, "directory": directory} if run is None else None
        self._settings = {layout.RECIPE: recipe or {}, layout.DATA: data or {}}
        self._best = Best(monitor, mode)
        self._journal = None if run is None else self._write_to(run)
        self._departure = Departure(self._last_words)
        self._in_fit = False
        self._completed = self._offset = self._first_step = 0
        self._supports_tf_logs = True  # Keras 2: do not bring each batch's values to the host for us

    @property
    def run(self):
        """The run that is logged to; None before a run of our own is started, and on workers that do not log."""
        return self._journal.log.run if self._journal else None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close(*(outcome_of(error) if error is not None else (None, "")))

    @harmless
    def close(self, status: str | None = None, reason: str = ""):
        """Ends the log; a run that was given stays open.

        Args:
            status: what became of the training, if it did not come to its end: `interrupted`, `failed`.
            reason: why.
        """
        self._departure.release()
        if self._journal is None or self._journal.log.closed:
            return
        if status or self._journal.status == layout.RUNNING:
            self._journal.conclude(status or layout.INTERRUPTED, reason or "closed before the training ended")
        if self._opens is not None:
            self._journal.log.stop()

    def warn(self, action: str, error: Exception):
        """One line for an error that must not end the training."""
        if self._journal:
            self._journal.log.warn(action, error)
        else:
            _logger.warning("tracking: %s failed (%s); this training is not logged", action, first_line(error))

    def set_params(self, params):
        super().set_params(params)
        self._in_fit = False  # a fit that was ended by an error never said so

    @harmless
    def on_train_begin(self, logs=None):
        self._in_fit = True
        if not is_chief(getattr(self.model, "distribute_strategy", None)):
            self._journal = None
            return
        if self._opens is not None and (self._journal is None or self._journal.log.closed):
            self._journal = self._write_to(init_run(**self._opens))
        self._departure.watch()
        self._journal.begin(self.model, self.params)

    @harmless
    def on_epoch_begin(self, epoch, logs=None):
        self._epoch_began = time.monotonic()
        if epoch + self._offset < self._completed:  # fit was called again, and Keras counts from 0
            self._offset = self._completed - epoch
        # loss scaling takes iterations back, and a curve must not
        self._first_step = max(self._first_step, self._iterations())

    @harmless
    def on_train_batch_end(self, batch, logs=None):
        if self._journal is None:
            return
        if self.batch_every and logs and (batch + 1) % self.batch_every == 0:
            self._journal.batch(self._first_step + batch + 1, logs)
        self._journal.flush(after=self.flush_every)

    @harmless
    def on_epoch_end(self, epoch, logs=None):
        self._completed = epoch + self._offset + 1
        if self._journal:
            seconds = time.monotonic() - self._epoch_began
            self._journal.epoch(self._completed, seconds, self._iterations(), logs or {}, self.model)

    @harmless
    def on_train_end(self, logs=None):
        self._in_fit = False
        self._departure.release()
        if self._journal:
            self._journal.end()

    @harmless
    def on_test_end(self, logs=None):
        if self._journal and not self._in_fit:
            self._journal.evaluation(self._completed, logs or {})

    def _write_to(self, run) -> Journal:
        return Journal(RunLog(run), self._settings, self._best)

    def _iterations(self) -> int:
        return int(number(self.model.optimizer.iterations))

    def _last_words(self, status: str, reason: str):
        if self._journal and self._journal.status == layout.RUNNING and not self._journal.log.closed:
            self._journal.conclude(status, reason)
