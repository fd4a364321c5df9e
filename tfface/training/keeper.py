"""Knows how far a training has come, and keeps it in the output folder."""

import logging
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tensorflow import keras

from ..callbacks import NeptuneCallback
from . import checkpoint, seeds
from .checkpoint import Position, State
from .interrupt import Interrupt
from .schema import Recipe
from .workers import Workers

_logger = logging.getLogger("tfface")


class Keeper(keras.callbacks.Callback):
    """Writes checkpoints at the end of each epoch and as often as the recipe says, and tells the tracked run of them.

    If one cannot be written, as on a full disk, a line says so and the training goes on: the former one is whole, and
    there may be space again for the next. A signal ends the training after the step, or the end of the epoch, during
    which it came. Stands last among the callbacks, so that the others have seen the step.

    Attributes:
        position: where the training stands.
        saved: the position of the last checkpoint; None before the first.
        trouble: why the last one could not be written; empty where it could.
        seconds: time spent in training, over all its parts.
    """

    def __init__(
        self,
        folder: Path,
        recipe: Recipe,
        data: str,
        run_id: str | None,
        tracker: NeptuneCallback,
        former: State | None,
        workers: Workers,
        interrupt: Interrupt,
    ):
        super().__init__()
        self.folder = folder
        self._workers, self._interrupt = workers, interrupt
        self.run_id = run_id
        self.trouble = ""
        self._recipe, self._often = recipe.to_dict(), recipe.checkpoint
        self._data, self._tracker = data, tracker
        if former and former.best:
            tracker.best.restore(former.best)
        self.position = former.position if former else Position()
        self.saved = former.position if former else None
        self._before = former.seconds if former else 0.0
        self._started = self._saved_at = time.monotonic()

    @property
    def seconds(self) -> float:
        return self._before + time.monotonic() - self._started

    def finish(self, model) -> None:
        """Leaves the trained model and removes the checkpoints.

        Raises:
            OSError: it cannot be written.
        """
        self._write(model, finished=True)

    def save(self, model) -> None:
        """Writes a checkpoint, if it can be written."""
        self._saved_at = time.monotonic()
        try:
            self._write(model)
            self.trouble = ""
        except OSError as error:
            self.trouble = f"{error.filename}: {error.strerror}"
            kept = f"the last one is of {self.saved}" if self.saved else "there is none yet"
            _logger.warning("checkpoint: %s; %s; training goes on", self.trouble, kept)

    def save_if_unsaved(self, model) -> None:
        """Writes a checkpoint where the last one is of an earlier position."""
        if self._workers.any(self.saved != self.position)[0]:
            self.save(model)

    def on_train_begin(self, logs=None):
        self._workers.begin()

    def on_epoch_begin(self, epoch, logs=None):
        if epoch != self.position.epoch:
            self.position = Position(epoch)
        self._first_step = self.position.step

    def on_train_batch_end(self, batch, logs=None):
        self.position = Position(self.position.epoch, self._first_step + batch + 1)
        if batch + 1 == self.params["steps"]:  # the end of the epoch comes next
            return
        late = self._workers.chief and time.monotonic() - self._saved_at >= 60 * self._often.every_minutes
        late, *came = self._workers.now_and_then(late, *self._interrupt.came)
        if late or (self._often.every_steps and self.position.step % self._often.every_steps == 0):
            self.save(self.model)
        self._interrupt.stop_if(came)

    def on_epoch_end(self, epoch, logs=None):
        self.position = Position(epoch + 1)
        self.save(self.model)
        self.stop_if_interrupted()

    def stop_if_interrupted(self) -> None:
        """Raises KeyboardInterrupt if a signal came to any worker."""
        self._interrupt.stop_if(self._workers.any(*self._interrupt.came))

    def _write(self, model, finished: bool = False) -> None:
        if not self._workers.chief:
            with TemporaryDirectory() as folder:  # some weights can be read only by all workers together
                model.save(Path(folder) / "model.keras")
            self.saved = self.position
            return
        state = State(
            position=self.position,
            run_id=self.run_id,
            seconds=self.seconds,
            recipe=self._recipe,
            data=self._data,
            seeds=seeds.read(model),
            finished=finished,
            best=self._tracker.best.to_dict(),
        )
        path = checkpoint.save(self.folder, model, state, self._often.keep)
        self._tracker.saved(path)
        self.saved = self.position
