"""How the learning rate goes on."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PositiveInt

from .section import Section, by_name


class Constant(Section):
    name: Literal["constant"] = "constant"


class Cosine(Section):
    """From zero up to the learning rate during the warm-up, then down along half a cosine."""

    name: Literal["cosine"]
    warmup_epochs: float = Field(default=0.0, ge=0)
    final_fraction: float = Field(default=0.0, ge=0, le=1)


class Steps(Section):
    """The learning rate is multiplied by `factor` at the end of each of these epochs."""

    name: Literal["steps"]
    epochs: list[PositiveInt] = Field(min_length=1)
    factor: float = Field(default=0.1, gt=0, lt=1)


class Polynomial(Section):
    """Down to zero at the end of the stage, as `(1 − t)^power` of the part t that is done; 1: along a straight line."""

    name: Literal["polynomial"]
    power: float = Field(default=1.0, gt=0)


class Exponential(Section):
    """The learning rate is multiplied by `factor` over each epoch."""

    name: Literal["exponential"]
    factor: float = Field(gt=0, lt=1)


Schedule = Annotated[
    Annotated[Constant | Cosine | Steps | Polynomial | Exponential, Field(discriminator="name")],
    BeforeValidator(by_name),
]
