"""A stage of a training: its loss, how long and how fast it learns, and from which batches."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PositiveInt, model_validator

from .schedule import Constant, Schedule
from .section import Component, Named, Section, by_name


def _terms(value):
    """One loss is short for a list of one."""
    return [by_name(term) for term in value] if isinstance(value, list) else [by_name(value)]


def _batch(value):
    """`64` is short for `{size: 64}`, which is also the size of a batch where nothing is said."""
    if isinstance(value, int) and not isinstance(value, bool):
        return {"size": value}
    if isinstance(value, dict) and not {"identities_per_batch", "images_per_identity"} & value.keys():
        return {"size": 64, **value}
    return value


class Term(Component):
    """One loss of a weighted sum."""

    weight: float = Field(default=1.0, gt=0)


class Pretrain(Component):
    """A method of `tfface.models.two_view` and its arguments."""

    preset: str = "faces"  # what may happen to a view: a name that `tfface.data.two_views` knows


class Batch(Section):
    """`size` images, or `identities_per_batch` people with `images_per_identity` images of each."""

    size: PositiveInt | None = None
    identities_per_batch: int | None = Field(default=None, ge=2)
    images_per_identity: int | None = Field(default=None, ge=2)

    @model_validator(mode="after")
    def _one_or_the_other(self):
        if (self.identities_per_batch is None) != (self.images_per_identity is None):
            raise ValueError("identities_per_batch and images_per_identity go together")
        if (self.size is None) == (self.identities_per_batch is None):
            raise ValueError("expected either size, or identities_per_batch and images_per_identity")
        return self


class Stage(Section):
    """What can change from one stage of a training to the next."""

    pretrain: Annotated[Pretrain, BeforeValidator(by_name)] | None = None  # on two views; then it decides the loss
    loss: Annotated[list[Term], BeforeValidator(_terms), Field(min_length=1)]
    epochs: PositiveInt
    head: Named | None = None  # None: what the loss needs
    optimizer: Named = Component(name="adam")
    schedule: Schedule = Constant()
    batch: Annotated[Batch, BeforeValidator(_batch)] = Batch(size=64)
    augment: dict[str, Any] | None = None
    frozen: bool = False  # whether the backbone stands still, and only the head learns
    layer_rates: float | dict[str, float] | None = None  # of a pretrained backbone, as `FaceModel.compile` has them
