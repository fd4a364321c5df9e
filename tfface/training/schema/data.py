"""Where a training's images come from."""

from typing import Annotated, Literal

from pydantic import Field, PositiveInt, model_validator

from .section import Named, Section


class Data(Section):
    """Where the images come from; people after the first `train_identities` are kept for the evaluation."""

    source: Named
    train_identities: int | None = Field(default=None, ge=2)
    folds: int | None = Field(default=None, ge=2)  # or deal the people into so many folds, and keep those of `fold`
    fold: int = Field(default=0, ge=0)
    validation_identities: PositiveInt | None = None  # keep so many of those to train on, in place of the others
    limit_identities: int | None = Field(default=None, ge=2)  # train on so many, drawn by the seed; keep the same ones
    min_images: PositiveInt = 1  # people with fewer images are left out
    size: Annotated[list[PositiveInt], Field(min_length=2, max_length=2)] | None = None  # height, width; None: as it is
    channels: Literal[1, 3] = 1
    mirror_identities: bool = False  # a person seen in the mirror counts as a person more: twice the classes
    class_weights: bool = False  # every person counts the same, whatever the number of their images
    on_error: Literal["stop", "skip"] = "stop"
    memory: Literal["auto"] | bool = (
        "auto"  # hold the images decoded; auto: if they take 1 GiB at most; else read files
    )

    @model_validator(mode="after")
    def _one_split(self):
        if self.folds is not None and self.train_identities is not None:
            raise ValueError("folds: expected either folds or train_identities, got both")
        if self.fold and self.fold >= (self.folds or 1):
            raise ValueError(f"fold: expected less than folds, which is {self.folds}, got {self.fold}")
        return self
