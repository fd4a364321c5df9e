"""Finds what is wrong with a sweep before any cell is trained."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from pydantic import ValidationError

from .. import data
from .._extras import require
from ..training import build
from ..training.material import Material, open_faces
from ..training.recipe import from_source
from ..training.schema import Recipe
from ..training.split import split
from . import grid
from .grid import Planned
from .origin import CellSource
from .ranges import ranges, somewhere
from .schema import Range, Sweep
from .tune import judges

_NO_HEAD = "none"
_HELD_OUT = 4  # one person of so many is tested where nothing says who


@dataclass(frozen=True)
class Plan:
    """What is to be trained.

    Attributes:
        sweep: with the people who are tested, by number.
        cells: in the order in which they are trained.
        skipped: a line for each combination that makes no sense.
    """

    sweep: Sweep
    cells: list[Planned]
    skipped: list[str]


def plan(sweep: Sweep) -> Plan:
    """The cells of a sweep, each of them checked as far as that goes without reading an image.

    Raises:
        RecipeError: a name or an argument is wrong, or there are too few people; with the place where it was written.
    """
    planned = list(grid.cells(sweep))
    _check_labels(sweep, planned)
    _check_ranges(sweep, planned)
    first = recipe_of(sweep, replace(planned[0], recipe=somewhere(planned[0].recipe)))
    faces = open_faces(first, first.data.source, "data", "source")
    with build.at(first, "data", "min_images"):
        faces = faces.min_images(first.data.min_images)
    if _nobody_is_tested(sweep):
        sweep = _with_split(sweep, len(faces.identities))
        planned = list(grid.cells(sweep))
    cells, verdicts = [], {}
    for each in planned:
        setting = repr({name: value for name, value in each.recipe.items() if name != "seed"})
        if setting not in verdicts:
            verdicts[setting] = _verdict(sweep, each, faces)
        if verdicts[setting].head:
            cells.append(replace(each, cell=replace(each.cell, head=verdicts[setting].head)))
    skipped = list(dict.fromkeys(verdict.problem for verdict in verdicts.values() if verdict.problem))
    if not cells:
        raise sweep.error(("heads",), f"no loss goes with these heads: {'; '.join(skipped)}")
    cells = _once(cells)
    _check_baseline(sweep, cells)
    return Plan(sweep, cells, skipped)


def recipe_of(sweep: Sweep, planned: Planned, **more) -> Recipe:
    """A cell's recipe, whose errors tell where the sweep says so.

    Args:
        sweep: that the cell belongs to.
        planned: the cell.
        more: keys that the cell is given besides.
    """
    written = {**planned.recipe, **more}
    if planned.seconds:
        written.setdefault("epochs", 2)  # until it is known how many there is time for
    return from_source(CellSource(written, sweep, planned.choice))


def people_of(sweep: Sweep, planned: Planned, faces: data.FaceSet) -> int:
    """How many people a cell may train on, before they are limited to fewer."""
    recipe = somewhere(planned.recipe)
    recipe["data"] = {key: value for key, value in recipe["data"].items() if key != "limit_identities"}
    kept, _ = split(recipe_of(sweep, replace(planned, recipe=recipe)), faces)
    return len(kept.identities)


class _Verdict(NamedTuple):
    """The name of a cell's head, or why the head makes no sense together with the loss."""

    head: str = ""
    problem: str = ""


def _verdict(sweep: Sweep, planned: Planned, faces: data.FaceSet) -> _Verdict:
    recipe = recipe_of(sweep, replace(planned, recipe=somewhere(planned.recipe)))
    material = Material(recipe, faces)
    _check_people(recipe, material)
    if planned.tuned:
        _check_judges(sweep, people_of(sweep, planned, faces))
    build.find_backbone(recipe)
    material.augment(0)
    build.make_optimizer(recipe, 0, steps_per_epoch=1)
    loss = build.make_loss(recipe, 0, material.num_classes)
    head = build.make_head(recipe, 0, loss, material.num_classes)
    if head is None:
        return _Verdict(_NO_HEAD)
    wanted = {part.inputs for part in getattr(loss, "losses", [loss]) if part.kind == "class"}
    if wanted != {head.inputs}:
        pair = f"{planned.cell.label} with head {planned.cell.head}"
        return _Verdict(problem=f"skipped: {pair}: the loss takes {wanted.pop()}, not {head.inputs}")
    own = next(name for name, kind in build.HEADS.items() if isinstance(head, kind))
    return _Verdict(planned.cell.head or own)


def _check_people(recipe: Recipe, material: Material) -> None:
    if material.others is None:
        raise recipe.error(("data",), "expected people to test: train_identities, folds or an evaluation.source")
    with build.at(recipe, "data"):
        if not isinstance(material.others, data.PairSet):
            data.verification_pairs(material.others.labels, recipe.evaluation.impostors)
    batch, people = recipe.stages[0].batch, len(material.faces.identities)
    if (batch.identities_per_batch or 0) > people:
        problem = f"expected at most {people}, the people to train on, got {batch.identities_per_batch}"
        raise recipe.error(("stages", 0, "batch", "identities_per_batch"), problem)


def _check_judges(sweep: Sweep, people: int) -> None:
    judging = judges(sweep.tune.validation, people)
    if people - judging < 2:
        problem = f"expected people to train on besides the {judging} who judge a trial, got {people} in all"
        raise sweep.error(("tune",), problem)


def _check_ranges(sweep: Sweep, cells: list[Planned]) -> None:
    found = {(each.choice, path): value for each in cells for path, value in ranges(each.recipe).items()}
    for (choice, path), value in found.items():
        source = CellSource({}, sweep, choice)
        try:
            Range.model_validate(value)
        except ValidationError as error:
            raise source.error(path, error.errors()[0]["msg"].removeprefix("Value error, ")) from None
        if not sweep.tune:
            raise source.error(path, "a range needs tune, the number of settings to try (--tune 20)")
    if sweep.tune and not found:
        raise sweep.error(("tune",), "expected a loss with a range to tune in, like margin: {low: 0.2, high: 0.6}")
    if sweep.tune:
        require("optuna", "tune")


def _nobody_is_tested(sweep: Sweep) -> bool:
    says = sweep.folds > 1 or sweep.data.train_identities or sweep.data.folds or sweep.data.validation_identities
    return not says and "source" not in sweep.base.get("evaluation", {})


def _with_split(sweep: Sweep, people: int) -> Sweep:
    kept = people - max(2, round(people / _HELD_OUT))
    if kept < 2:
        raise sweep.error(
            ("data", "source"), f"expected at least 4 people, to train on some and test others, got {people}"
        )
    return sweep.model_copy(update={"data": sweep.data.model_copy(update={"train_identities": kept})})


def _once(cells: Iterable[Planned]) -> list[Planned]:
    """Without those that come twice: a loss without a head is the same under every head."""
    alone = {}
    for each in cells:
        headless = each.cell.head == _NO_HEAD
        key = {name: value for name, value in each.recipe.items() if not (headless and name == "head")}
        alone.setdefault(repr(key), each)
    return list(alone.values())


def _check_labels(sweep: Sweep, cells: list[Planned]) -> None:
    known = {}
    for each in cells:
        terms = each.recipe["loss"], each.choice
        if known.setdefault(each.cell.label, terms) != terms:
            raise sweep.error(("losses", each.choice), f"two losses are called {each.cell.label}: give one a label")


def _check_baseline(sweep: Sweep, cells: list[Planned]) -> None:
    labels = list(dict.fromkeys(each.cell.label for each in cells))
    if sweep.baseline is not None and sweep.baseline not in labels:
        raise sweep.error(("baseline",), f"expected one of {', '.join(labels)}, got {sweep.baseline!r}")
