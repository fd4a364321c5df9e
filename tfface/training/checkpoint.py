"""Checkpoints: a model and a small state file, written so that a torn one is never chosen."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .errors import RecipeError

STATE = "state.json"


@dataclass(frozen=True)
class Position:
    """How far a training has come: `step` steps into epoch `epoch`, counted from 0 through all stages."""

    epoch: int = 0
    step: int = 0

    def __str__(self) -> str:
        return f"epoch {self.epoch + 1}, after {self.step} steps" if self.step else f"the end of epoch {self.epoch}"


@dataclass(frozen=True)
class State:
    """What is needed, besides the model, to continue a training.

    Attributes:
        model: file name of the model this state belongs to.
        position: where to go on.
        run_id: the tracked run that is continued.
        seconds: time spent in training so far.
        recipe: the resolved recipe, as plain data.
        seeds: the state of the model's random layers.
        finished: whether nothing is left to do.
        best: the best epoch so far, as the tracked run's summary tells it.
    """

    model: str
    position: Position
    run_id: str
    seconds: float
    recipe: dict
    seeds: list
    finished: bool = False
    best: dict = field(default_factory=dict)


def save(folder: Path, model, state: State) -> None:
    """Writes the model under a name of its own, then the state that points to it, then removes the older model.

    Each file is complete on disk before it gets its name, so whatever happens in between, the state file names a
    complete model: the former or the new one.
    """
    target = folder / state.model
    unfinished = target.with_name(f"unfinished-{target.name}")  # Keras wants the suffix .keras
    model.save(unfinished)
    _publish(unfinished, target)
    write_json(folder / STATE, asdict(state))
    for other in folder.glob("checkpoint-*.keras"):
        if other != target:
            other.unlink()


def load(folder: Path) -> State | None:
    """The state of the last checkpoint; None where there is none."""
    try:
        written = json.loads((folder / STATE).read_text(encoding="utf-8"))
        return State(**{**written, "position": Position(**written["position"])})
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise RecipeError(f"{folder / STATE} is damaged: the training cannot go on; write to another folder") from None


def write_json(path: Path, data: dict) -> None:
    """Writes JSON so that the file is the old one or the new one, never a part."""
    unfinished = path.with_name(f"unfinished-{path.name}")
    unfinished.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    _publish(unfinished, path)


def _publish(unfinished: Path, target: Path) -> None:
    with open(unfinished, "rb") as file:
        os.fsync(file.fileno())
    os.replace(unfinished, target)
