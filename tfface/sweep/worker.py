"""A process that trains cells of a sweep, one after the other, until all of them have an outcome."""

import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import tensorflow as tf

from .. import tracking
from .claims import Claims
from .crew import MISTAKE
from .folder import Folder
from .gathered import SWEEP
from .grid import Planned
from .outcome import OUTCOME, Outcome, write_outcome
from .source import load_sweep
from .trainer import Trainer
from .tune import Tuning

ATTEMPTS = 2  # processes that a cell may take down with it
_PAUSE = 1.0  # seconds between two looks, while others train what is left
_LEFT = "attempt-{}"  # where the training of a cell writes


class Worker:
    """Trains cells that nobody else trains.

    Args:
        path: the folder of the sweep.
    """

    def __init__(self, path: str | os.PathLike):
        self.folder = Folder(path)
        self._sweep = load_sweep(self.folder.path / SWEEP)
        self._trainer = Trainer(self.folder, self._sweep)
        self._claims = Claims()

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
        """Trains a cell, or something that has to be known before, unless others do all of that."""
        folder = self.folder.cell(planned)
        if not planned.tuned:
            return self._claimed(folder, planned, partial(self._trainer.train, planned))
        tuning = Tuning(self.folder.path, self._sweep, planned)
        if not tuning.left:
            return self._claimed(folder, planned, partial(self._trainer.train_best, tuning, planned))
        return any(self._claimed(trial, planned, partial(self._trainer.try_one, tuning)) for trial in tuning.left)

    def _claimed(self, folder: Path, planned: Planned, train: Callable[[Path], None]) -> bool:
        """Trains what this folder is for, unless it is done or another process has it."""
        claim = None if (folder / OUTCOME).exists() else self._claims.take(folder)
        if claim is None:
            return False
        try:
            if not (folder / OUTCOME).exists():  # by another process, between two looks
                self._clear(planned, folder)
                if claim.attempt <= ATTEMPTS:
                    train(folder / _LEFT.format(claim.attempt))
                else:
                    reason = f"its process was killed {ATTEMPTS} times; too little memory, perhaps"
                    write_outcome(folder, Outcome(planned.cell, "failed", reason))
        except BaseException:
            claim.release()
            raise
        claim.keep()
        return True

    def _clear(self, planned: Planned, folder: Path) -> None:
        """Removes what a process that was ended has left of a cell: its files and its run."""
        left = list(folder.glob(_LEFT.format("*")))
        for attempt in left:
            shutil.rmtree(attempt, ignore_errors=True)
        for run in tracking.read_runs(self.folder.path) if left else ():
            if run.name == planned.cell.id:
                tracking.remove_run(run, self.folder.path, force=True)


def main(path: str, parent: int) -> None:
    """What the process does, as long as the one that started it is there."""
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)  # others train there too
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where it was started in the background
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    try:
        Worker(path).work()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except (ValueError, OSError) as error:  # an image that cannot be read, a full disk
        print(" ".join(str(error).split()), file=sys.stderr)
        sys.exit(MISTAKE)


def _end_with(parent: int) -> None:
    """Ends this process when the one that started it is gone."""
    over = threading.Event()
    while os.getppid() == parent:
        over.wait(_PAUSE)
    os.kill(os.getpid(), signal.SIGTERM)
