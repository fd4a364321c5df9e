"""The folder of a sweep: what is to be trained, where each cell is, and what is done."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import yaml

from ..training import checkpoint
from .gathered import PLAN, SWEEP
from .grid import Planned
from .outcome import OUTCOME, Cell
from .schema import Sweep
from .source import load_sweep


class Folder:
    """A sweep's folder.

    Args:
        path: of the folder.
    """

    def __init__(self, path: str | os.PathLike):
        self.path = Path(path)

    def begin(self, sweep: Sweep, planned: list[Planned]) -> None:
        """Writes what is to be trained, or finds that the same is being trained already.

        Raises:
            RecipeError: the folder cannot be written, or holds another sweep.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if (self.path / SWEEP).exists():
                self._check_the_same(sweep)
            checkpoint.write(self.path / SWEEP, yaml.safe_dump(sweep.to_dict(), sort_keys=False, allow_unicode=True))
            checkpoint.write(self.path / PLAN, json.dumps([asdict(each) for each in planned], indent=1) + "\n")
        except OSError as error:
            raise sweep.error((), f"cannot write to {self.path}: {error.strerror}") from error

    def planned(self) -> list[Planned]:
        """What is to be trained, in this order."""
        written = json.loads((self.path / PLAN).read_text(encoding="utf-8"))
        return [Planned(**{**each, "cell": Cell(**each["cell"])}) for each in written]

    def cell(self, planned: Planned) -> Path:
        """The folder of a cell."""
        return self.path / "cells" / planned.cell.id

    def done(self, planned: Planned) -> bool:
        """Whether a cell has its outcome."""
        return (self.cell(planned) / OUTCOME).exists()

    def _check_the_same(self, sweep: Sweep) -> None:
        former, now = load_sweep(self.path / SWEEP).to_dict(), sweep.to_dict()
        different = sorted(key for key in former.keys() | now.keys() if former.get(key) != now.get(key))
        if different:
            problem = (
                f"{self.path} holds another sweep; different: {', '.join(different)}; name another folder, "
                f"or change {self.path / SWEEP} and go on with: tfface sweep {self.path}"
            )
            raise sweep.error((), problem)
