"""What one cell of a sweep came to: a small JSON file and the scores behind it, written whole or not at all."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import TypeAdapter, ValidationError

from .._whole import whole_file

OUTCOME, SCORES = "outcome.json", "scores.npz"


@dataclass(frozen=True)
class Cell:
    """Which cell of the sweep it is.

    Attributes:
        id: name of its folder.
        loss: name of the loss, as `tfface.losses.get` knows it.
        label: the loss with those arguments that tell it from others, as people read it.
        arguments: of the loss.
        backbone: name of the backbone.
        head: name of the head.
        seed: of everything random, the first weights included.
        fold: which share of the people is tested, from 0.
        identities: people to train on; None for all there are.
    """

    id: str
    loss: str
    label: str
    arguments: dict[str, Any]
    backbone: str
    head: str
    seed: int
    fold: int = 0
    identities: int | None = None


@dataclass(frozen=True)
class Point:
    """A cell after one epoch; what was not finite, or not measured, is None.

    Attributes:
        epoch: epochs done, from 1.
        seconds: of training so far.
        loss: mean over the epoch.
        accuracy: on the pairs of people never trained on.
    """

    epoch: int
    seconds: float
    loss: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Cost:
    """What a cell took; None where it was not measured.

    Attributes:
        seconds: of wall clock.
        processor_seconds: of all cores together.
        images_per_second: trained on.
        peak_bytes: most memory held at once.
        parameters: numbers that were trained.
    """

    seconds: float | None = None
    processor_seconds: float | None = None
    images_per_second: float | None = None
    peak_bytes: int | None = None
    parameters: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What a cell came to.

    Attributes:
        cell: which one.
        status: how it ended; a cell that diverged or collapsed is one that failed, and why is known.
        reason: why it did not finish, None if it did.
        metrics: figures on people never trained on, by name; empty if there are none.
        curve: a point an epoch.
        cost: what it took.
        run: id of its tracked run.
        versions: of what trained it, by name; the hardware too.
    """

    cell: Cell
    status: Literal["finished", "failed", "diverged", "collapsed"]
    reason: str | None = None
    metrics: dict[str, float | None] = field(default_factory=dict)
    curve: list[Point] = field(default_factory=list)
    cost: Cost = field(default_factory=Cost)
    run: str | None = None
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Scores:
    """The pairs behind a cell's figures, and a picture of its embeddings as points.

    Attributes:
        similarity: cosines of the pairs (P,).
        same: True where a pair shows one person (P,).
        first_identity: who is on the first side (P,), as integers that mean the same person in every cell of a fold.
        second_identity: who is on the second side (P,).
        plane: embeddings of a few test people in two dimensions (N, 2).
        plane_labels: whose they are (N,).
    """

    similarity: np.ndarray
    same: np.ndarray
    first_identity: np.ndarray
    second_identity: np.ndarray
    plane: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    plane_labels: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))


STATUSES = ("finished", "failed", "diverged", "collapsed")
_TYPES = {"similarity": np.float32, "same": bool, "plane": np.float32}
_ADAPTER = TypeAdapter(Outcome)


def write_outcome(folder: str | os.PathLike[str], outcome: Outcome, scores: Scores | None = None) -> None:
    """Writes what a cell came to into its folder: the scores first, the outcome last, each at once.

    Args:
        folder: of the cell; it is made if need be.
        outcome: of the cell.
        scores: None where the cell has none.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if scores is not None:
        columns = {name: np.asarray(value, _TYPES.get(name, np.int32)) for name, value in vars(scores).items()}
        with whole_file(folder / SCORES) as file:
            np.savez_compressed(file, **columns)
    with whole_file(folder / OUTCOME) as file:
        file.write(_ADAPTER.dump_json(outcome, indent=1))


def read_outcome(folder: str | os.PathLike[str]) -> Outcome | None:
    """What the cell of a folder came to; None if it is not done.

    Args:
        folder: of the cell.

    Raises:
        ValueError: the file is no outcome.
    """
    path = Path(folder) / OUTCOME
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ValueError(f"{path}: expected the outcome of a cell, got {place}: {first['msg']}") from error


def read_outcomes(folder: str | os.PathLike[str]) -> list[Outcome]:
    """The outcomes of all cells that are done, sorted by id.

    Args:
        folder: of the sweep.

    Raises:
        ValueError: a file is no outcome.

    Example:
        >>> cell = Cell("softmax-1", "softmax", "softmax", {}, "small_cnn", "linear", seed=1)
        >>> write_outcome("sweep/cells/softmax-1", Outcome(cell, "failed", "out of memory"))
        >>> [outcome.reason for outcome in read_outcomes("sweep")]
        ['out of memory']
    """
    found = (read_outcome(path.parent) for path in sorted(Path(folder).glob(f"cells/*/{OUTCOME}")))
    return [outcome for outcome in found if outcome is not None]


def read_scores(folder: str | os.PathLike[str]) -> Scores | None:
    """The scores of the cell of a folder; None if it has none.

    Args:
        folder: of the cell.

    Raises:
        ValueError: the file holds no scores.
    """
    path = Path(folder) / SCORES
    try:
        with np.load(path, allow_pickle=False) as columns:
            return Scores(**{name: columns[name] for name in columns.files})
    except FileNotFoundError:
        return None
    except (TypeError, ValueError, OSError, EOFError) as error:
        raise ValueError(f"{path}: expected the scores of a cell, got something else ({error})") from error


def finite(value: float | None) -> bool:
    """Whether a figure is there and a number."""
    return value is not None and math.isfinite(value)
