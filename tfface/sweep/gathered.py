"""All that a sweep's folder holds: the cells that were planned, what became of them, and the baseline."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import TypeAdapter

from .outcome import Cell, Outcome, finite, read_outcomes

PLAN, SWEEP, COMMAND = "plan.json", "sweep.yaml", "command.txt"
_CELL = TypeAdapter(Cell)
FIGURES = {"accuracy": 1, "auc": 1, "eer": -1, "tar@0.01": 1}  # 1: more is better


class Setting(NamedTuple):
    """What is compared: everything of a cell but what is drawn by chance."""

    label: str
    backbone: str
    head: str
    identities: int | None

    @property
    def anywhere(self) -> Setting:
        """The setting, on however many people it is trained."""
        return self._replace(identities=None)

    @classmethod
    def of(cls, cell: Cell) -> Setting:
        """The setting of a cell."""
        return cls(cell.label, cell.backbone, cell.head, cell.identities)


@dataclass(frozen=True)
class Gathered:
    """A sweep as far as it has come.

    Attributes:
        folder: of the sweep.
        cells: all that are planned, in their order.
        outcomes: by the id of the cell; those that are not done are missing.
        baseline: label of the loss that others are compared with.
        text: the sweep file.
        metric: the figure that is compared.
        command: that began it; "" where it was not begun from a command line.
    """

    folder: Path
    cells: list[Cell]
    outcomes: dict[str, Outcome]
    baseline: str
    text: str
    metric: str
    command: str

    @property
    def missing(self) -> list[Cell]:
        """Cells that are not done."""
        return [cell for cell in self.cells if cell.id not in self.outcomes]

    @property
    def labels(self) -> list[str]:
        """The losses, in the order of the sweep."""
        return list(dict.fromkeys(cell.label for cell in self.cells))

    @property
    def identities(self) -> list[int | None]:
        """Numbers of people trained on, rising; all there are come last."""
        found = {cell.identities for cell in self.cells}
        return sorted(found, key=lambda count: (count is None, count))

    @property
    def heads_vary(self) -> bool:
        """Whether a loss was trained with several heads; else each has the head that it needs."""
        return len({(cell.label, cell.head) for cell in self.cells}) > len(self.labels)

    def settings(self, identities: int | None) -> list[Setting]:
        """Settings trained on so many people, in the order of the sweep."""
        found = dict.fromkeys(map(Setting.of, self.cells))
        return [setting for setting in found if setting.identities == identities]

    def of(self, setting: Setting) -> list[Outcome]:
        """What became of the cells of a setting."""
        cells = (cell for cell in self.cells if Setting.of(cell) == setting and cell.id in self.outcomes)
        return [self.outcomes[cell.id] for cell in cells]

    def value(self, outcome: Outcome) -> float | None:
        """The compared figure of a cell; None if it did not finish."""
        found = outcome.metrics.get(self.metric)
        return found if outcome.status == "finished" and finite(found) else None

    def baseline_of(self, setting: Setting) -> Setting | None:
        """The baseline to compare a setting with: on the same backbone, with the same head if there is one."""
        others = [one for one in self.settings(setting.identities) if one.label == self.baseline]
        others = [one for one in others if one.backbone == setting.backbone]
        return min(others, key=lambda one: one.head != setting.head, default=None)

    def names(self, settings: Iterable[Setting]) -> dict[Setting, str]:
        """What to call settings: the loss, and the backbone and the head where they differ."""
        settings = list(settings)
        told = ["backbone"] if len({one.backbone for one in settings}) > 1 else []
        told += ["head"] if self.heads_vary else []
        return {one: " · ".join([one.label, *(getattr(one, part) for part in told)]) for one in settings}


def better(metric: str) -> int:
    """1 where more of a figure is better, −1 where less is.

    Args:
        metric: one of `FIGURES`.
    """
    return FIGURES[metric]


def gather(folder: str | os.PathLike[str], metric: str = "accuracy") -> Gathered:
    """Reads a sweep's folder.

    Args:
        folder: of the sweep.
        metric: the figure to compare by.

    Raises:
        ValueError: it is not the folder of a sweep, a file in it is not what it should be, or there is no such figure.
    """
    if metric not in FIGURES:
        raise ValueError(f"metric: expected one of {', '.join(FIGURES)}, got {metric!r}")
    folder = Path(folder)
    outcomes = {one.cell.id: replace(one, cell=_readable(one.cell)) for one in read_outcomes(folder)}
    planned = {cell.id: cell for cell in map(_readable, _planned(folder / PLAN))}
    planned |= {id: outcome.cell for id, outcome in outcomes.items()}
    if not planned:
        raise ValueError(f"folder: expected the folder of a sweep, with {PLAN} in it, got {str(folder)!r}")
    cells = list(planned.values())
    text, command = _text(folder / SWEEP), _text(folder / COMMAND)
    return Gathered(folder, cells, outcomes, _baseline(text, cells), text, metric, command)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _planned(path: Path) -> list[Cell]:
    try:
        return [_CELL.validate_python(each["cell"]) for each in json.loads(path.read_bytes())]
    except FileNotFoundError:
        return []
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: expected the list of a sweep's cells, got something else") from error


def _baseline(text: str, cells: list[Cell]) -> str:
    """The label that the sweep file names as baseline; else the first loss."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError:
        content = None
    named = content.get("baseline") if isinstance(content, dict) else None
    for cell in cells:
        if named is not None and named in (cell.label, cell.loss):
            return cell.label
    return cells[0].label


def _readable(cell: Cell) -> Cell:
    """Without characters that no picture can hold, or that turn the text around them."""
    return replace(cell, label="".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in cell.label))
