"""The folder that a training writes to: claimed before work starts, never taken from another training."""

import logging
from pathlib import Path

import yaml

from . import checkpoint
from .checkpoint import Checkpoint, Position, State
from .schema import Recipe
from .workers import Workers

RECIPE = "recipe.yaml"
RESULTS = "results.json"
# A folder can be moved, a run renamed, a bad image be passed over after it stopped the training.
_MAY_DIFFER = ("output", "tracking", "checkpoint", "strategy", "data.on_error", "data.memory")
_logger = logging.getLogger("tfface")


def claim(recipe: Recipe, resume: bool, writes: bool = True) -> tuple[Path, Checkpoint | None]:
    """Makes the output folder, or finds the training to be continued in it.

    Args:
        recipe: what to train.
        resume: whether to continue.
        writes: whether this process is the one that writes to the folder; others read only.

    Raises:
        RecipeError: the folder cannot be written, holds another training, or has nothing to continue.
    """
    folder = Path(recipe.output)
    former = checkpoint.load(folder)
    if not resume and former:
        raise recipe.error(("output",), _taken(folder, former.state))
    if resume and not former and not (folder / RECIPE).exists():
        raise recipe.error(("output",), f"nothing to resume: {folder} holds no checkpoint")
    if resume and former:
        _check_the_same(recipe, folder, former.state)
    if not writes:
        return folder, former
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not former:
            text = yaml.safe_dump(recipe.to_dict(), sort_keys=False, allow_unicode=True)
            checkpoint.write(folder / RECIPE, text)
        checkpoint.check_writable(folder)
    except OSError as error:
        raise recipe.error(("output",), f"cannot write to {folder}: {error.strerror}") from error
    if resume and not former:
        _logger.warning("nothing was saved yet in %s: beginning anew", folder)
    return folder, former


def check_place(recipe: Recipe, former: Checkpoint | None, workers: Workers) -> None:
    """Finds out whether all workers look at the same folder.

    Raises:
        RecipeError: they found other checkpoints there.
    """
    position = former.state.position if former else Position(-1)
    if not workers.agree(position.epoch, position.step):
        found = f"this one found {position}" if former else "this one found none"
        problem = (
            f"workers found other checkpoints in {recipe.output}, {found}: expected a folder that all of them share"
        )
        raise recipe.error(("output",), problem)


def check_data(recipe: Recipe, former: Checkpoint | None, data: str) -> None:
    """Compares the faces with those that a training began with, by their fingerprint.

    Raises:
        RecipeError: they are others.
    """
    if former and former.state.data != data:
        problem = f"these are not the faces that the training in {former.path.parent} began with: files have changed"
        raise recipe.error(("data", "source"), problem)


def _check_the_same(recipe: Recipe, folder: Path, former: State) -> None:
    if former.finished:
        raise recipe.error(("output",), f"nothing to resume: the training in {folder} is finished")
    changed = _differences(former.recipe, recipe.to_dict())
    if changed:
        raise recipe.error((), f"the training in {folder} began with another recipe; different: {', '.join(changed)}")


def _taken(folder: Path, former: State) -> str:
    if former.finished:
        return f"{folder} holds a finished training; name another folder"
    return f"{folder} holds an unfinished training; continue it with --resume or name another folder"


def _differences(former: dict, now: dict) -> list[str]:
    former, now = _flat(former), _flat(now)
    changed = {key for key in former.keys() | now.keys() if former.get(key) != now.get(key)}
    return sorted(key for key in changed if not f"{key}.".startswith(tuple(f"{may}." for may in _MAY_DIFFER)))


def _flat(value, name: str = "") -> dict:
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        return {name: value}
    return {key: leaf for part, inner in items for key, leaf in _flat(inner, f"{name}.{part}".lstrip(".")).items()}
