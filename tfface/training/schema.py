"""What a recipe may say: its keys, their types and their defaults."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt, PrivateAttr, model_validator

from .errors import RecipeError
from .yaml_source import Key, Source


def _by_name(value):
    """`arcface` is short for `{name: arcface}`."""
    return {"name": value} if isinstance(value, str) else value


def _terms(value):
    """One loss is short for a list of one."""
    return [_by_name(term) for term in value] if isinstance(value, list) else [_by_name(value)]


def _batch(value):
    """`64` is short for `{size: 64}`, which is also the size of a batch where nothing is said."""
    if isinstance(value, int) and not isinstance(value, bool):
        return {"size": value}
    if isinstance(value, dict) and not {"identities_per_batch", "images_per_identity"} & value.keys():
        return {"size": 64, **value}
    return value


def _watch(value):
    if not isinstance(value, bool | dict):
        raise ValueError(f"expected true, false, or arguments like {{every: 2}}, got {value!r}")
    return value


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Component(Section):
    """A name and the arguments of what it names: `{name: arcface, margin: 0.4}`."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    name: str

    @property
    def arguments(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


Named = Annotated[Component, BeforeValidator(_by_name)]


class Term(Component):
    """One loss of a weighted sum."""

    weight: float = Field(default=1.0, gt=0)


class Pretrain(Component):
    """A method of `tfface.models.two_view` and its arguments."""

    preset: str = "faces"  # what may happen to a view: a name that `tfface.data.two_views` knows


class Backbone(Component):
    """A name from `tfface.models.backbones`, or `package.module:function` for any function that makes a model."""

    embedding_size: PositiveInt = 128


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


class Exponential(Section):
    """The learning rate is multiplied by `factor` over each epoch."""

    name: Literal["exponential"]
    factor: float = Field(gt=0, lt=1)


Schedule = Annotated[
    Annotated[Constant | Cosine | Steps | Exponential, Field(discriminator="name")], BeforeValidator(_by_name)
]


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


Watch = Annotated[Any, BeforeValidator(_watch)]


class Data(Section):
    """Where the images come from; people after the first `train_identities` are kept for the evaluation."""

    source: Named
    train_identities: int | None = Field(default=None, ge=2)
    min_images: PositiveInt = 1  # people with fewer images are left out
    size: Annotated[list[PositiveInt], Field(min_length=2, max_length=2)] | None = None  # height, width; None: as it is
    channels: Literal[1, 3] = 1
    mirror_identities: bool = False  # a person seen in the mirror counts as a person more: twice the classes
    class_weights: bool = False  # every person counts the same, whatever the number of their images
    on_error: Literal["stop", "skip"] = "stop"
    memory: Literal["auto"] | bool = (
        "auto"  # hold the images decoded; auto: if they take 1 GiB at most; else read files
    )


class Evaluation(Section):
    """Verification and identification of people never seen in training."""

    source: Named | None = None
    every: int = Field(default=0, ge=0)  # epochs; 0: once, after training
    impostors: PositiveInt | None = None  # None: as many pairs as there are genuine ones
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
    tags: list[str] = []
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


class Stage(Section):
    """What can change from one stage of a training to the next."""

    pretrain: Annotated[Pretrain, BeforeValidator(_by_name)] | None = None  # on two views; then it decides the loss
    loss: Annotated[list[Term], BeforeValidator(_terms), Field(min_length=1)]
    epochs: PositiveInt
    head: Named | None = None  # None: what the loss needs
    optimizer: Named = Component(name="adam")
    schedule: Schedule = Constant()
    batch: Annotated[Batch, BeforeValidator(_batch)] = Batch(size=64)
    augment: dict[str, Any] | None = None
    frozen: bool = False  # whether the backbone stands still, and only the head learns


def _stage(shared, own):
    """A stage with what all stages share. One that pretrains has the loss of its method, others do not pretrain."""
    stage = {**shared, **own}
    if "pretrain" not in own and "loss" in own:
        stage.pop("pretrain", None)
    method = stage.get("pretrain")
    if method is None:
        return stage
    name = method.get("name") if isinstance(method, dict) else method
    written = own if "pretrain" in own else stage
    if written.get("loss", name) not in (name, [{"name": name, "weight": 1.0}]):
        raise ValueError("pretrain, loss: expected two stages, the first with pretrain, the next with the loss")
    return {**stage, "loss": name}


class Recipe(Section):
    """A training, said once: data, model, loss and everything that decides the result.

    What a stage may change can be written at the top, for all stages, or in a stage of `stages`. A recipe without
    `stages` is one stage.

    Example:
        >>> from tfface.training import load_recipe
        >>> recipe = load_recipe({"data": {"source": "orl"}, "loss": "arcface", "epochs": 3})
        >>> recipe.stages[0].loss[0].name
        'arcface'
    """

    data: Data
    stages: list[Stage] = Field(min_length=1)
    backbone: Annotated[Backbone, BeforeValidator(_by_name)] = Backbone(name="small_cnn")
    seed: int = Field(default=0, ge=0, lt=2**31)
    precision: Literal["float32", "mixed_float16", "mixed_bfloat16"] = "float32"
    evaluation: Evaluation = Evaluation()
    monitors: Monitors = Monitors()
    tracking: Tracking = Tracking()
    checkpoint: Saving = Saving()
    strategy: Literal["auto", "none", "mirrored", "multiworker"] = "auto"  # decides nothing about the result
    output: str = "runs/recipe"
    _source: Source = PrivateAttr(default_factory=lambda: Source({}, "recipe"))

    @model_validator(mode="before")
    @classmethod
    def _resolve_stages(cls, written):
        if not isinstance(written, dict):
            return written
        shared = {key: value for key, value in written.items() if key in Stage.model_fields}
        rest = {key: value for key, value in written.items() if key not in Stage.model_fields}
        stages = written.get("stages", [{}])
        if isinstance(stages, list):
            stages = [_stage(shared, stage) if isinstance(stage, dict) else stage for stage in stages]
        return {**rest, "stages": stages}

    def error(self, key: Key, problem: object) -> RecipeError:
        """The error to raise for a value that turns out to be wrong when it is used: it says where that was written."""
        return self._source.error(key, problem)

    def to_dict(self) -> dict[str, Any]:
        """The resolved recipe as plain data; reading it back gives the same recipe."""
        return self.model_dump(mode="json", exclude_none=True)


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
    "exponential": Exponential,
}
