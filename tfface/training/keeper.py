"""Knows how far a training has come, and keeps it in the output folder."""

import time
from pathlib import Path

from tensorflow import keras

from ..callbacks import NeptuneCallback
from . import checkpoint, seeds
from .checkpoint import Position, State


class Keeper(keras.callbacks.Callback):
    """Writes a checkpoint at the end of each epoch, and tells the tracked run of it.

    Attributes:
        position: where the training stands.
        saved: the position of the last checkpoint; None before the first.
        seconds: time spent in training, over all its parts.
    """

    def __init__(self, folder: Path, recipe: dict, run_id: str, tracker: NeptuneCallback, former: State | None):
        super().__init__()
        self.folder = folder
        self.recipe = recipe
        self.run_id = run_id
        self.tracker = tracker
        if former and former.best:
            tracker.best.restore(former.best)
        self.position = former.position if former else Position()
        self.saved = former.position if former else None
        self._before = former.seconds if former else 0.0
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        return self._before + time.monotonic() - self._started

    def save(self, model, finished: bool = False) -> None:
        """Writes model and state; a finished training leaves `model.keras`."""
        name = "model.keras" if finished else f"checkpoint-{self.position.epoch}-{self.position.step}.keras"
        state = State(
            model=name,
            position=self.position,
            run_id=self.run_id,
            seconds=self.seconds,
            recipe=self.recipe,
            seeds=seeds.read(model),
            finished=finished,
            best=self.tracker.best.to_dict(),
        )
        checkpoint.save(self.folder, model, state)
        self.tracker.saved(self.folder / name)
        self.saved = self.position

    def on_epoch_begin(self, epoch, logs=None):
        if epoch != self.position.epoch:
            self.position = Position(epoch)

    def on_train_batch_end(self, batch, logs=None):
        self.position = Position(self.position.epoch, self.position.step + 1)

    def on_epoch_end(self, epoch, logs=None):
        self.position = Position(epoch + 1)
        self.save(self.model)
