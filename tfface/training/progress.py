"""A progress bar for a whole training, with the loss of the last epoch."""

import sys
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from tensorflow import keras


@contextmanager
def progress_bar():
    """A progress display on stderr, shown from the first bar that `train(recipe, progress=…)` adds.

    Example:
        >>> with progress_bar() as progress:  # doctest: +SKIP
        ...     train("faces.yaml", progress=progress)
    """
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("epochs"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[status]}"),
        console=Console(file=sys.stderr),
    )
    try:
        yield progress
    finally:
        if progress.tasks:
            progress.stop()


class EpochBar(keras.callbacks.Callback):
    """A line of a progress display that moves with each epoch."""

    def __init__(self, progress: Progress, name: str, epochs: int):
        super().__init__()
        self.progress = progress
        self.line = progress.add_task(name, total=epochs, status="")
        progress.start()

    def on_epoch_begin(self, epoch, logs=None):
        self.progress.update(self.line, completed=epoch)

    def on_epoch_end(self, epoch, logs=None):
        self.progress.update(self.line, completed=epoch + 1, status=f"loss {logs['loss']:.3f}")
