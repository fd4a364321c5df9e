"""What a sweep may say: its keys, their types and their defaults."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PositiveFloat, PositiveInt, model_validator

from ..training.schema import Backbone, Component, Data, Section
from ..training.schema.section import by_name
from ..training.schema.written import Written

_NOT_SHARED = {
    "data": "it stands beside base",
    "loss": "write losses",
    "backbone": "write backbones",
    "head": "write heads",
    "seed": "write seeds",
    "epochs": "write budget",
    "output": "the sweep has a folder for each cell",
    "stages": "a cell is a training of one stage",
    "pretrain": "a cell is a training of one stage",
}


def _choice(value):
    """`arcface` and a list of terms are short for `{sum: [...]}`; a label and recipe keys may stand beside a name."""
    if isinstance(value, str | list):
        value = {"sum": value if isinstance(value, list) else [value]}
    elif isinstance(value, dict) and "sum" not in value:
        own = {key: value[key] for key in ("label", "recipe") if key in value}
        value = {**own, "sum": [{key: part for key, part in value.items() if key not in own}]}
    if isinstance(value, dict) and isinstance(value["sum"], list):
        return {**value, "sum": [by_name(term) for term in value["sum"]]}
    return value


def _counted(value):
    """`3` is short for `[0, 1, 2]`."""
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    if value < 1:
        raise ValueError(f"expected at least 1, or a list of seeds, got {value}")
    return list(range(value))


def _trials(value):
    """`20` is short for `{trials: 20}`."""
    return {"trials": value} if isinstance(value, int) and not isinstance(value, bool) else value


def _shared(value):
    for key in value if isinstance(value, dict) else ():
        if key in _NOT_SHARED:
            raise ValueError(f"{key}: {_NOT_SHARED[key]}")
    return value


Shared = Annotated[dict[str, Any], BeforeValidator(_shared)]


class Range(Section):
    """From where to where `tune` looks for a value."""

    low: float
    high: float
    log: bool = False

    @model_validator(mode="after")
    def _ordered(self):
        if not self.low < self.high or (self.log and self.low <= 0):
            raise ValueError(
                f"expected low < high{', above 0 for log' if self.log else ''}, got {self.low}, {self.high}"
            )
        return self


class Choice(Section):
    """A loss to compare, or a weighted sum of losses; a list as the value of an argument makes a grid."""

    sum: list[Component] = Field(min_length=1)
    label: str | None = None  # None: its name, and what tells it from others of that name
    recipe: Shared = Field(default_factory=dict)  # keys for this loss only, `batch` for instance


class Budget(Section):
    """What each cell may take: so many epochs, or as many whole ones as there is time for."""

    epochs: PositiveInt | None = None
    seconds: PositiveFloat | None = None

    @model_validator(mode="after")
    def _one(self):
        if (self.epochs is None) == (self.seconds is None):
            raise ValueError("expected either epochs or seconds")
        return self


class Tune(Section):
    """How many settings to try where a loss has ranges, and which share of the people to train on judges them."""

    trials: PositiveInt
    validation: float = Field(default=0.25, gt=0, lt=1)


class Sweep(Written):
    """The same training with several losses: what they share, and what is compared.

    Example:
        >>> from tfface.sweep import load_sweep
        >>> arcface = {"name": "arcface", "margin": [0.3, 0.5]}
        >>> sweep = load_sweep({"data": {"source": "orl"}, "losses": ["softmax", arcface]})
        >>> sweep.seeds, sweep.budget.epochs
        ([0, 1, 2], 20)
    """

    data: Data
    losses: list[Annotated[Choice, BeforeValidator(_choice)]] = Field(min_length=1)
    backbones: list[Annotated[Backbone, BeforeValidator(by_name)]] = Field(
        default_factory=lambda: [Backbone(name="small_cnn")], min_length=1
    )
    heads: list[Annotated[Component, BeforeValidator(by_name)]] = Field(default_factory=list)  # none: what a loss needs
    seeds: Annotated[list[int], BeforeValidator(_counted)] = Field(default=[0, 1, 2], min_length=1)
    folds: PositiveInt = 1  # shares of the people, each of which is tested once; 1: the split that data says
    identities: list[Annotated[int, Field(ge=2)]] = Field(default_factory=list)  # people to train on; none: all
    budget: Budget = Budget(epochs=20)
    base: Shared = Field(default_factory=dict)  # what else a recipe may say, for all cells
    baseline: str | None = None  # the label of a loss; None: the first one
    tune: Annotated[Tune, BeforeValidator(_trials)] | None = None

    @model_validator(mode="after")
    def _one_split(self):
        if self.folds > 1 and self.data.train_identities is not None:
            raise ValueError("folds: expected 1 where data.train_identities says who is tested")
        for name, values in (("seeds", self.seeds), ("identities", self.identities)):
            if len(set(values)) < len(values):
                raise ValueError(f"{name}: expected each once, got {values}")
        return self


SECTIONS: dict[str, type[Section]] = {
    "data": Data,
    "losses": Choice,
    "budget": Budget,
    "tune": Tune,
}
