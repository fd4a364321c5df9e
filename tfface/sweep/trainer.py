"""What a process trains: cells, and trials to find the setting of a cell; the faces are decoded once."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tensorflow import keras

from .. import data
from ..training.schema import Recipe
from .cell import train_cell
from .check import people_of, recipe_of
from .faces import decoded
from .folder import Folder
from .grid import Planned
from .outcome import Outcome, Scores, write_outcome
from .pace import epochs_in
from .ranges import somewhere
from .schema import Sweep
from .tune import Tuning


class Trainer:
    """Trains for one sweep.

    Args:
        folder: of the sweep.
        sweep: what is trained.
    """

    def __init__(self, folder: Folder, sweep: Sweep):
        self._folder, self._sweep = folder, sweep
        self._decoded: data.FaceSet | None = None

    def train(self, planned: Planned, output: Path) -> None:
        """Trains a cell and writes its outcome.

        Args:
            planned: the cell.
            output: where its training may write.
        """
        folder = self._folder.cell(planned)
        write_outcome(folder, *self._trained(planned, folder, output, self._folder.path))

    def train_best(self, tuning: Tuning, planned: Planned, output: Path) -> None:
        """Trains a cell with the setting that did best in its trials."""
        best = tuning.best()
        if best is not None:
            self.train(best, output)
            return
        reason = "no setting in its ranges could be trained; the outcomes of its trials say why"
        write_outcome(self._folder.cell(planned), Outcome(planned.cell, "failed", reason))

    def try_one(self, tuning: Tuning, output: Path) -> None:
        """Tries a setting and writes what came of it; the model and the run are not kept.

        Args:
            tuning: that the trial is of.
            output: where its training may write, in the trial's folder.
        """
        trial = output.parent

        def train(planned: Planned, watching: Sequence[keras.callbacks.Callback]) -> Outcome:
            return self._trained(planned, trial, output, output, watching)[0]

        anywhere = replace(tuning.planned, recipe=somewhere(tuning.planned.recipe))
        faces = self._faces(self._recipe(anywhere, output, output))
        outcome = tuning.try_one(trial, people_of(self._sweep, tuning.planned, faces), train)
        shutil.rmtree(output, ignore_errors=True)
        write_outcome(trial, outcome)

    def _trained(
        self,
        planned: Planned,
        folder: Path,
        output: Path,
        runs: Path,
        watching: Sequence[keras.callbacks.Callback] = (),
    ) -> tuple[Outcome, Scores | None]:
        recipe = self._recipe(planned, output, runs)
        faces = self._faces(recipe)
        if planned.seconds:
            recipe = self._recipe(planned, output, runs, epochs=epochs_in(planned, recipe, faces, self._folder.path))
        return train_cell(planned.cell, recipe, faces, folder, watching)

    def _recipe(self, planned: Planned, output: Path, runs: Path, **more) -> Recipe:
        tracked = {"name": planned.cell.id, "tags": ["sweep", planned.cell.label], "directory": str(runs)}
        more["tracking"] = {**planned.recipe.get("tracking", {}), **tracked}
        return recipe_of(self._sweep, planned, strategy="none", output=str(output), **more)

    def _faces(self, recipe: Recipe) -> data.FaceSet:
        if self._decoded is None:
            self._decoded = decoded(recipe)
        return self._decoded
