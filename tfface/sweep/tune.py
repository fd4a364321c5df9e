"""Finds the setting of a loss: trials on people to train on, kept apart, and never on those who are tested."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tensorflow import keras

from .._extras import require
from . import grid
from .curve import accuracy_in
from .grid import Planned
from .outcome import OUTCOME, Outcome
from .ranges import called, filled, ranges
from .schema import Sweep

_NUMBER = "trial.json"


class Tuning:
    """The trials for all seeds of a setting: each a cell of its own, whose values Optuna draws.

    What was tried is in a journal file, which several processes may write; a trial that does worse than most others
    after as many epochs is ended there.

    Args:
        folder: of the sweep.
        sweep: what the cell is of.
        planned: a cell with ranges.

    Attributes:
        planned: the cell.
        left: folders of trials that have no outcome.
    """

    def __init__(self, folder: Path, sweep: Sweep, planned: Planned):
        setting = {key: value for key, value in planned.recipe.items() if key != "seed"}
        digest = hashlib.sha256(json.dumps(setting, sort_keys=True).encode()).hexdigest()[:8]
        self.planned, self._sweep = planned, sweep
        self._folder = folder / "trials" / f"{planned.cell.id.partition('-seed-')[0]}-{digest}"
        self.left = [trial for trial in self._all if not (trial / OUTCOME).exists()]

    @property
    def _all(self) -> list[Path]:
        return [self._folder / str(number) for number in range(self._sweep.tune.trials)]

    def try_one(self, trial: Path, people: int, train: Callable[[Planned, list], Outcome]) -> Outcome:
        """Trains with values that were not tried yet.

        Args:
            trial: its folder.
            people: to train on, those who judge the trial included.
            train: trains a cell with some callbacks.
        """
        study, fail = self._study(int(trial.name)), require("optuna", "tune").trial.TrialState.FAIL
        known = trial / _NUMBER
        if known.exists():  # of a process that was killed
            study.tell(json.loads(known.read_text()), state=fail, skip_if_finished=True)
        asked = study.ask()
        known.write_text(json.dumps(asked.number))
        values = {
            called(path): asked.suggest_float(called(path), found["low"], found["high"], log=found.get("log", False))
            for path, found in ranges(self.planned.recipe).items()
        }
        judge = _Judge(asked)
        outcome = train(self._judged(_settled(self.planned, values), people), [judge])
        accuracy = outcome.metrics.get("accuracy")
        if judge.pruned:
            outcome = replace(outcome, status="failed", reason="worse than other settings after as many epochs")
            study.tell(asked, state=require("optuna", "tune").trial.TrialState.PRUNED)
        else:
            study.tell(asked, accuracy, state=fail if accuracy is None else None)
        return outcome

    def best(self) -> Planned | None:
        """The cell with the values that did best; None if no trial came to an end."""
        done = [trial for trial in self._study().trials if trial.state.name == "COMPLETE"]
        return _settled(self.planned, max(done, key=lambda trial: trial.value).params) if done else None

    def _judged(self, planned: Planned, people: int) -> Planned:
        """The same cell, judged by some of the people to train on."""
        judging = judges(self._sweep.tune.validation, people)
        data = {**planned.recipe["data"], "validation_identities": judging}
        if "limit_identities" in data:
            data["limit_identities"] = min(data["limit_identities"], people - judging)
        return replace(planned, recipe={**planned.recipe, "data": data, "seed": self._sweep.seeds[0]})

    def _study(self, seed: int = 0):
        optuna = require("optuna", "tune")
        journal = require("optuna.storages.journal", "tune")
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._folder.mkdir(parents=True, exist_ok=True)
        return optuna.create_study(
            storage=optuna.storages.JournalStorage(journal.JournalFileBackend(str(self._folder / "journal.log"))),
            study_name=self._folder.name,
            direction="maximize",
            sampler=optuna.samplers.TPESampler(seed=seed, constant_liar=True),
            pruner=optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=2),
            load_if_exists=True,
        )


def judges(share: float, people: int) -> int:
    """How many of the people to train on judge a trial."""
    return max(2, round(share * people))


def _settled(planned: Planned, values: dict[str, float]) -> Planned:
    recipe = filled(planned.recipe, values)
    beside = {name: value for name, value in values.items() if not name.startswith("loss.")}
    arguments = {**grid.arguments(recipe["loss"]), **beside}
    return replace(planned, recipe=recipe, cell=replace(planned.cell, arguments=arguments))


class _Judge(keras.callbacks.Callback):
    """Ends a trial that does worse than most others did."""

    def __init__(self, trial):
        super().__init__()
        self._trial = trial
        self.pruned = False

    def on_epoch_end(self, epoch, logs=None):
        accuracy = accuracy_in(logs or {})
        if accuracy is not None:
            self._trial.report(accuracy, epoch)
            self.pruned = self._trial.should_prune()
        if self.pruned:
            self.model.stop_training = True
