"""A recipe: what it may say at its top."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PositiveInt, model_validator

from .data import Data
from .plan import stages_of
from .schedule import Constant, Cosine, Exponential, Polynomial, Steps
from .section import Component, Section, by_name
from .stage import Batch, Pretrain, Stage
from .watching import Evaluation, Monitors, Saving, Tracking
from .written import Written


class Backbone(Component):
    """A name from `tfface.models.backbones`, or `package.module:function` for any function that makes a model."""

    embedding_size: PositiveInt = 128


class Recipe(Written):
    """A training, said once: data, model, loss and everything that decides the result.

    What a stage may change can be written at the top, for all stages, or in a stage of `stages`. A recipe without
    `stages` is one stage; or, with `pretrain` beside `loss`, the pretraining and then the loss.

    Example:
        >>> from tfface.training import load_recipe
        >>> recipe = load_recipe({"data": {"source": "orl"}, "loss": "arcface", "epochs": 3})
        >>> recipe.stages[0].loss[0].name
        'arcface'
    """

    data: Data
    stages: list[Stage] = Field(min_length=1)
    frozen_epochs: int = Field(default=0, ge=0, exclude=True)  # after `pretrain`, of `epochs`: only the head learns
    backbone: Annotated[Backbone, BeforeValidator(by_name)] = Backbone(name="small_cnn")
    seed: int = Field(default=0, ge=0, lt=2**31)
    precision: Literal["float32", "mixed_float16", "mixed_bfloat16"] = "float32"
    evaluation: Evaluation = Evaluation()
    monitors: Monitors = Monitors()
    tracking: Tracking = Tracking()
    checkpoint: Saving = Saving()
    strategy: Literal["auto", "none", "mirrored", "multiworker"] = "auto"  # decides nothing about the result
    output: str = "runs/recipe"

    @model_validator(mode="before")
    @classmethod
    def _resolve_stages(cls, written):
        if not isinstance(written, dict):
            return written
        rest = {key: value for key, value in written.items() if key not in Stage.model_fields}
        return {**rest, "stages": stages_of(written)}


SECTIONS: dict[str, type[Section]] = {
    "data": Data,
    "stages": Stage,
    "pretrain": Pretrain,
    "evaluation": Evaluation,
    "monitors": Monitors,
    "tracking": Tracking,
    "checkpoint": Saving,
    "batch": Batch,
    "constant": Constant,
    "cosine": Cosine,
    "steps": Steps,
    "polynomial": Polynomial,
    "exponential": Exponential,
}
