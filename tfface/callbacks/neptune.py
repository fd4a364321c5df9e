"""Logging a training to Neptune, so that nothing is lost and nothing is stopped."""

import time
from functools import partial

from tensorflow import keras

from ..distribute import is_chief
from ..tracking import init_run, layout
from ..tracking.directory import writable_directory
from .batches import Batches
from .best import Best
from .checkpoints import Checkpoints
from .counter import Counter
from .departure import outcome_of
from .findings import listen
from .journal import Journal
from .scribe import Scribe
from .settings import data_of, recipe_of


class NeptuneCallback(keras.callbacks.Callback):
    """Logs `fit` to a Neptune run: curves, settings, what became of it; see `tfface.tracking.layout`.

    Steps are true: epochs count on with `initial_epoch` and repeated `fit`, batches are optimiser iterations.
    Values that are not finite are kept in `<metric>_nonfinite`. What was logged is on the disk after each epoch,
    every `flush_every` seconds, and at SIGTERM. An error while logging is one warning line, never the end of the
    training. Of several workers only the chief logs. It works with any Keras model, and logs what `Verification` and
    the monitors of the same `fit` find out. Put it after the callbacks that add to the logs.

    Used as a context manager, or after `close()`, an error that ends `fit` is recorded as the run's status.

    Args:
        run: a Neptune run, a handler of one, or a run of the same interface, which stays open; None starts one,
            offline, when training begins, and closes it with `close()` or at the end of the program.
        recipe: mapping (or object with `to_dict`) logged under `recipe/`.
        batch_every: log metrics every so many batches too; None for epochs only.
        data: what is trained on, logged under `data/`: a `FaceSet`, or a mapping of counts, fingerprint, ….
        monitor: log key that says which epoch is best, `"val_orl_accuracy"`; None for `val_loss`, or else `loss`.
        mode: `"min"`, `"max"`, or `"auto"` to tell from the name.
        checkpoint: path that a `ModelCheckpoint` (which stands before) writes to; what it writes is logged with its
            SHA-256.
        diagram: draw the model's layers; needs pydot and graphviz.
        flush_every: seconds after which what was logged is brought to the disk.
        name, tags, directory: of the run to start, as in `init_run`.

    Raises:
        TypeError: `run` is no run, `recipe` or `data` no mapping, or `checkpoint` no path.
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
        data=None,
        monitor: str | None = None,
        mode: str = "auto",
        checkpoint=None,
        diagram: bool = False,
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
        settings = {layout.RECIPE: recipe_of(recipe), layout.DATA: data_of(data)}
        if run is None:
            directory = writable_directory(directory)
        self.batch_every, self.diagram, self.best = batch_every, diagram, Best(monitor, mode)
        opens = partial(init_run, name, tags, directory=directory)
        self._scribe = Scribe(run, opens, partial(Journal, settings=settings, best=self.best), flush_every)
        self._checkpoints = Checkpoints(checkpoint)
        self._counter = Counter()
        self._in_fit = False
        self._supports_tf_logs = True  # Keras 2: do not bring each batch's values to the host for us
        self.async_safe = True  # Keras 3: nor wait for them

    @property
    def run(self):
        """The run that is logged to; None before a run of our own is started, and on workers that do not log."""
        return self._scribe.journal.log.run if self._scribe.journal else None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close(*(outcome_of(error) if error is not None else (None, "")))

    def close(self, status: str | None = None, reason: str = ""):
        """Ends the log; a run that was given stays open.

        Args:
            status: what became of the training, if it did not come to its end: `interrupted`, `failed`.
            reason: why.
        """
        self._scribe.close(status, reason)
        self._in_fit = False

    def saved(self, path):
        """Logs a checkpoint that no `ModelCheckpoint` wrote.

        Args:
            path: file or folder that the model was saved to.
        """
        self._scribe.write("a checkpoint", lambda journal: journal.checkpoint(path))

    def note(self, entry):
        """What a monitor or a verification of the same `fit` has to say."""
        if self._in_fit:
            self._scribe.write("a finding", entry)

    def set_params(self, params):
        super().set_params(params)
        self._in_fit = False  # a fit that was ended by an error never said so

    def on_train_begin(self, logs=None):
        if not is_chief(getattr(self.model, "distribute_strategy", None)):
            self._scribe.dismiss()
            return
        self._in_fit = True
        self._scribe.begin()
        listen(self.model, self)
        self._scribe.write("the beginning", lambda journal: journal.begin(self.model, self.params))

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch_began = time.monotonic()
        self._scribe.write("an epoch's beginning", lambda journal: self._begin_epoch(epoch, journal))

    def on_train_batch_end(self, batch, logs=None):
        step, journal = self._counter.batch(batch), self._scribe.journal
        if self.batch_every and (batch + 1) % self.batch_every == 0 and journal is not None:
            self._gather(journal.batches, step, logs or {})

    def on_test_batch_end(self, batch, logs=None):
        journal = self._scribe.journal
        if self.batch_every and (batch + 1) % self.batch_every == 0 and self._in_fit and journal is not None:
            self._gather(journal.validation_batches, next(journal.validated), logs or {})

    def on_epoch_end(self, epoch, logs=None):
        self._counter.end()
        told = time.monotonic() - self._epoch_began, self._counter.iterations, logs or {}, self.model
        self._scribe.write("an epoch", lambda journal: journal.end_epoch(*told))
        self._scribe.write("a checkpoint", self._save)

    def on_train_end(self, logs=None):
        self._scribe.write("a checkpoint", self._save)
        if self.diagram:
            self._scribe.write("the diagram", lambda journal: journal.draw(self.model))
        early = f"stopped after epoch {self._counter.epoch}" if self.model.stop_training else ""
        self._scribe.write("the end", lambda journal: journal.end(early))
        self._scribe.pause()
        self._in_fit = False

    def on_test_end(self, logs=None):
        if not self._in_fit:
            self._scribe.write("an evaluation", lambda journal: journal.evaluation(logs or {}))

    def _gather(self, batches: Batches, step: int, logs):
        if batches.add(step, logs):
            self._scribe.write("batches", Journal.write_batches)

    def _begin_epoch(self, epoch: int, journal: Journal):
        self._counter.begin(epoch, self.model.optimizer)
        journal.epoch = self._counter.epoch

    def _save(self, journal: Journal):
        if path := self._checkpoints.new():
            journal.checkpoint(path)
