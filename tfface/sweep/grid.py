"""The cells of a sweep: every combination of loss, backbone, head, seed, fold and number of people, each a recipe."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from ..training.schema import Component
from .outcome import Cell
from .ranges import is_range, ranges
from .schema import Choice, Sweep

Terms = list[dict[str, Any]]  # of a loss, as a recipe says them


@dataclass(frozen=True)
class Planned:
    """A cell that is to be trained.

    Attributes:
        cell: which one.
        recipe: what is trained, without the folder and without what is still to be found out.
        choice: its place among the losses of the sweep.
        seconds: of training it may take; None where the recipe says how many epochs.
    """

    cell: Cell
    recipe: dict[str, Any]
    choice: int
    seconds: float | None = None

    @property
    def tuned(self) -> bool:
        """Whether a setting has to be found before it can be trained."""
        return bool(ranges(self.recipe))


def cells(sweep: Sweep) -> Iterator[Planned]:
    """All cells, seed after seed, so that the losses can be compared early.

    A cell without a head in the sweep has the head that its loss needs; that name is filled in by `check`.
    """
    named = [(index, choice, terms) for index, choice in enumerate(sweep.losses) for terms in settings(choice)]
    counts = Counter(_name(terms) for _, choice, terms in named if not choice.label)
    folds = range(sweep.folds)
    models = list(product(sweep.backbones, sweep.heads or [None]))
    for seed, fold, people in product(sweep.seeds, folds, sweep.identities or [None]):
        for (backbone, head), (index, choice, terms) in product(models, named):
            recipe = _recipe(sweep, choice, terms, backbone, head, seed, fold, people)
            label = _label(choice, terms, counts) + (" (tuned)" if ranges(recipe) else "")
            several = [label, *_told(sweep, backbone, head, fold, people), f"seed {seed}"]
            cell = Cell(
                id=_identity(several, {"recipe": recipe, "budget": sweep.budget.model_dump()}),
                loss=_name(terms),
                label=label,
                arguments=arguments(terms),
                backbone=_called(backbone, sweep.backbones),
                head=_called(head, sweep.heads) if head else "",
                seed=seed,
                fold=fold,
                identities=people,
            )
            yield Planned(cell, recipe, index, sweep.budget.seconds)


def settings(choice: Choice) -> list[Terms]:
    """The settings of a loss: each combination of its lists of values."""
    return [list(terms) for terms in product(*(_term_settings(term) for term in choice.sum))]


def _term_settings(term: Component) -> list[dict[str, Any]]:
    values = [value if isinstance(value, list) else [value] for value in term.arguments.values()]
    return [{"name": term.name, **dict(zip(term.arguments, chosen, strict=True))} for chosen in product(*values)]


def _recipe(
    sweep: Sweep,
    choice: Choice,
    terms: Terms,
    backbone: Component,
    head: Component | None,
    seed: int,
    fold: int,
    people: int | None,
) -> dict[str, Any]:
    data = sweep.data.model_dump(mode="json", exclude_none=True)
    if sweep.folds > 1:
        data |= {"folds": sweep.folds, "fold": fold}
    if people is not None:
        data["limit_identities"] = people
    shared = {**sweep.base, **choice.recipe}
    evaluation = {"every": 1, **shared.get("evaluation", {}), "seed": 0}  # the same pairs for all cells of a fold
    return {
        **shared,
        "data": data,
        "loss": terms,
        "backbone": backbone.model_dump(mode="json"),
        **({"head": head.model_dump(mode="json")} if head else {}),
        "seed": seed,
        "evaluation": evaluation,
        **({"epochs": sweep.budget.epochs} if sweep.budget.epochs else {}),
    }


def _name(terms: Terms) -> str:
    return " + ".join(term["name"] for term in terms)


def _label(choice: Choice, terms: Terms, counts: Counter) -> str:
    """Its name, with the arguments that tell it from others: those of its grid, or all that were written."""
    in_grid = len(settings(choice)) > 1
    if not in_grid and (choice.label or counts[_name(terms)] == 1):
        return choice.label or _name(terms)
    told = []
    for term, written in zip(terms, choice.sum, strict=True):
        shown = {key: value for key, value in written.arguments.items() if isinstance(value, list) or not in_grid}
        values = ", ".join(f"{key}={term[key]}" for key, value in shown.items() if not is_range(value))
        told.append(f"{term['name']}({values})" if values else term["name"])
    return ": ".join([*([choice.label] if choice.label else []), " + ".join(told)])


def arguments(terms: Terms) -> dict[str, Any]:
    """Of the loss; those of a sum have the name of the term before them."""
    if len(terms) == 1:
        return {key: value for key, value in terms[0].items() if key != "name"}
    return {f"{term['name']}.{key}": value for term in terms for key, value in term.items() if key != "name"}


def _told(sweep: Sweep, backbone: Component, head: Component | None, fold: int, people: int | None) -> list[str]:
    """What tells a cell from others with the same loss and seed."""
    return [
        *([_called(backbone, sweep.backbones)] if len(sweep.backbones) > 1 else []),
        *([_called(head, sweep.heads)] if head and len(sweep.heads) > 1 else []),
        *([f"fold {fold}"] if sweep.folds > 1 else []),
        *([f"{people} people"] if people is not None else []),
    ]


def _called(component: Component, all_of_them: list[Component]) -> str:
    """A component's name, with its arguments where others have the same name."""
    if [other.name for other in all_of_them].count(component.name) == 1:
        return component.name
    written = component.model_dump(exclude={"name"}, exclude_unset=True)
    arguments = ", ".join(f"{key}={value}" for key, value in written.items())
    return f"{component.name}({arguments})" if arguments else component.name


def _identity(told: list[str], content: dict) -> str:
    """A name for the folder that people can read, and that no other cell has."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]
    return "-".join([re.sub(r"[^a-z0-9.]+", "-", " ".join(told).lower()).strip("-")[:60], digest])
