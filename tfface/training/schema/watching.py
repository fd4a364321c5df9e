"""What is measured and watched during a training, and where it is written."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PositiveInt

from .section import Named, Section


def _watch(value):
    if not isinstance(value, bool | dict):
        raise ValueError(f"expected true, false, or arguments like {{every: 2}}, got {value!r}")
    return value


Watch = Annotated[Any, BeforeValidator(_watch)]


class Evaluation(Section):
    """Verification and identification of people never seen in training."""

    source: Named | None = None
    every: int = Field(default=0, ge=0)  # epochs; 0: once, after training
    impostors: PositiveInt | None = None  # None: as many pairs as there are genuine ones
    seed: int | None = Field(default=None, ge=0)  # draws the pairs; None: the recipe's
    folds: int = Field(default=10, ge=2)
    flip: bool = True  # embeddings of an image and its mirror image are added
    shift: int = Field(default=0, ge=0)  # and of the image moved by so many pixels along both diagonals
    show_hardest: int = Field(default=0, ge=0)  # faces of so many of the worst pairs go into the run
    whiten: float | None = Field(default=None, gt=0, le=1)  # weaken what differs in one person's images: the shrinkage


class Monitors(Section):
    """What is watched during training: true, false, or the arguments of the callback."""

    nonfinite: Watch = True  # the step, the part of the loss and the layer where a number is not finite
    collapse: Watch = False  # how held-out people's embeddings are spread, and whether the loss can fall
    angles: Watch = False  # angles between embeddings and class weights
    neighbors: Watch = False  # whether the nearest neighbours of an image are of its identity


class Tracking(Section):
    name: str | None = None
    tags: list[str] = Field(default_factory=list)
    project: str | None = None  # on a server; None: offline
    batch_every: PositiveInt | None = None  # steps between two points of a curve; None: a point an epoch
    flush_every: float = Field(default=30.0, gt=0)  # seconds, at the most, that a kill -9 can take
    directory: str | None = None
    mode: Literal["auto", "offline", "async", "sync"] = "auto"
    mlflow: str | None = None  # a server, database or folder that shows the run too while it goes on


class Saving(Section):
    """When a checkpoint is written besides the end of each epoch, and how many stay."""

    every_steps: PositiveInt | None = None  # None: by time only
    every_minutes: float = Field(default=15.0, gt=0)
    keep: PositiveInt = 2  # should the last one be damaged, the one before it is taken
