"""A process that trains cells of a sweep, one after the other, until all of them have an outcome."""

import os
import shutil
import signal
import threading
from pathlib import Path

import tensorflow as tf

from .. import tracking
from ..training.schema import Recipe
from .cell import train_cell
from .check import recipe_of
from .claims import Claim, Claims
from .faces import decoded
from .folder import Folder
from .grid import Planned
from .outcome import Outcome, write_outcome
from .pace import epochs_in
from .source import load_sweep

ATTEMPTS = 2  # processes that a cell may take down with it
_PAUSE = 1.0  # seconds between two looks, while others train what is left


class Worker:
    """Trains cells that nobody else trains.

    Args:
        path: the folder of the sweep.
    """

    def __init__(self, path: str | os.PathLike):
        self.folder = Folder(path)
        self.sweep = load_sweep(self.folder.path / "sweep.yaml")
        self._claims = Claims()
        self._faces = None

    def work(self) -> None:
        """Until all cells are done.

        Raises:
            KeyboardInterrupt: Ctrl-C or SIGTERM; the cell under way is given back.
        """
        over = threading.Event()
        while left := [planned for planned in self.folder.planned() if not self.folder.done(planned)]:
            if not any(self._take(planned) for planned in left):
                over.wait(_PAUSE)

    def _take(self, planned: Planned) -> bool:
        """Trains a cell, unless it is done or another process has it."""
        folder = self.folder.cell(planned)
        claim = None if self.folder.done(planned) else self._claims.take(folder)
        if claim is None:
            return False
        try:
            self._train(planned, folder, claim)
        except BaseException:
            claim.release()
            raise
        claim.keep()
        return True

    def _train(self, planned: Planned, folder: Path, claim: Claim) -> None:
        if self.folder.done(planned):  # by another process, between two looks
            return
        self._clear(planned, folder, claim.attempt)
        if claim.attempt > ATTEMPTS:
            reason = f"its process was killed {ATTEMPTS} times; too little memory, perhaps"
            write_outcome(folder, Outcome(planned.cell, "failed", reason))
            return
        recipe = self._recipe(planned, folder / f"attempt-{claim.attempt}")
        if self._faces is None:
            self._faces = decoded(recipe)
        if planned.seconds:
            recipe = self._paced(planned, recipe)
        write_outcome(folder, *train_cell(planned.cell, recipe, self._faces, folder))

    def _recipe(self, planned: Planned, output: Path, **more) -> Recipe:
        cell = planned.cell
        written = {
            "strategy": "none",
            "output": str(output),
            "tracking": {
                **planned.recipe.get("tracking", {}),
                "name": cell.id,
                "tags": ["sweep", cell.label],
                "directory": str(self.folder.path),
            },
        }
        return recipe_of(self.sweep, planned, **{**written, **more})

    def _paced(self, planned: Planned, recipe: Recipe) -> Recipe:
        """With as many epochs as there is time for."""
        epochs = epochs_in(planned, recipe, self._faces, self.folder.path)
        return self._recipe(planned, Path(recipe.output), epochs=epochs)

    def _clear(self, planned: Planned, folder: Path, attempt: int) -> None:
        """Removes what processes that were killed have left of a cell: their files, and their runs."""
        for former in folder.glob("attempt-*"):
            shutil.rmtree(former, ignore_errors=True)
        if attempt > 1:
            for run in tracking.read_runs(self.folder.path):
                if run.name == planned.cell.id:
                    tracking.remove_run(run, self.folder.path, force=True)


def main(path: str) -> None:
    """What the process does."""
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)  # others train there too
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where it was started in the background
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    Worker(path).work()


def _end_with(parent: int) -> None:
    """Ends this process when the one that started it is gone."""
    over = threading.Event()
    while os.getppid() == parent:
        over.wait(_PAUSE)
    os.kill(os.getpid(), signal.SIGTERM)
