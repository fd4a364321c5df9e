"""Makes what a recipe names: the backbone, the head, the loss, the optimiser with its schedule."""

import importlib
import inspect
from collections.abc import Callable
from contextlib import contextmanager
from functools import reduce
from operator import add

from tensorflow import keras

from .. import layers, losses, models
from .._suggest import did_you_mean
from .errors import RecipeError
from .schema import Component, Recipe, Stage

HEADS = {"cosine": layers.CosineHead, "linear": layers.LinearHead}
_HEAD_FOR = {"cosine": "cosine", "dot": "linear"}
OPTIMIZERS = {
    name.lower(): getattr(keras.optimizers, name)
    for name in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Lion")
    if hasattr(keras.optimizers, name)
} | {"lars": models.LARS}


@contextmanager
def at(recipe: Recipe, *key: str | int):
    """Errors raised inside are told as errors of this value of the recipe, with its line."""
    try:
        yield
    except RecipeError:
        raise
    except (ValueError, TypeError, ImportError) as error:
        raise recipe.error(key, " ".join(str(error).split())) from error


def check_arguments(component: Component, function, given: tuple[str, ...] = ()) -> None:
    """Compares a component's arguments with what its function takes; `given` are those that tfface passes itself.

    Raises:
        ValueError: an argument is unknown (with the nearest names) or missing.
    """
    parameters = inspect.signature(function).parameters.values()
    named = {p.name: p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    own = [name for name in named if name not in given]
    for name in component.arguments:
        if name not in own and (name in given or all(p.kind is not p.VAR_KEYWORD for p in parameters)):
            raise ValueError(f"{component.name} has no argument {name!r}, {did_you_mean(name, own)}")
    missing = [name for name in own if named[name].default is inspect.Parameter.empty]
    missing = [name for name in missing if name not in component.arguments]
    if missing:
        raise ValueError(f"{component.name} needs {', '.join(missing)}")


def find_backbone(recipe: Recipe) -> Callable[..., keras.Model]:
    """The function that makes the backbone, its arguments checked; its module is imported, also for loading models."""
    with at(recipe, "backbone"):
        function = _named(recipe.backbone.name)
        check_arguments(recipe.backbone, function, ("input_shape", "embedding_size"))
    return function


def make_backbone(recipe: Recipe, input_shape: tuple[int, int, int]) -> keras.Model:
    """The backbone; one without an argument `embedding_size` gets a dense layer of that size at its end."""
    function, backbone = find_backbone(recipe), recipe.backbone
    with at(recipe, "backbone"):
        if "embedding_size" in inspect.signature(function).parameters:
            return function(input_shape=input_shape, embedding_size=backbone.embedding_size, **backbone.arguments)
        model = function(input_shape=input_shape, **backbone.arguments)
        shape = getattr(model, "output_shape", None)
        if not isinstance(shape, tuple) or len(shape) != 2:
            raise ValueError(f"{backbone.name}: expected a model with an output (batch, features), got {shape}")
        return keras.Sequential([keras.Input(input_shape), model, keras.layers.Dense(backbone.embedding_size)])


def _named(name: str):
    path, colon, attribute = name.partition(":")
    if not colon:
        known = {key: value for key, value in vars(models.backbones).items() if inspect.isfunction(value)}
        if name not in known:
            raise ValueError(f"unknown backbone {name!r}, {did_you_mean(name, known)} (or package.module:function)")
        return known[name]
    # `keras` is the Keras that TensorFlow uses, and that one cannot be imported by its path
    package, *inner = path.split(".") if path.partition(".")[0] == "keras" else (path,)
    found = keras if package == "keras" else importlib.import_module(package)
    for part in (*inner, attribute):
        if not hasattr(found, part):
            raise ValueError(f"{name}: found no {part!r}")
        found = getattr(found, part)
    return found


def make_loss(recipe: Recipe, stage: int, num_classes: int):
    """The weighted sum of a stage's losses; those that take `num_classes` and do not say it get it from the data."""
    takes_classes = {row.name for row in losses.table() if "num_classes" in inspect.signature(row.cls).parameters}
    terms = []
    for index, term in enumerate(recipe.stages[stage].loss):
        implied = {"num_classes": num_classes} if term.name in takes_classes else {}
        with at(recipe, "stages", stage, "loss", index):
            loss = losses.get(term.name, **{**implied, **term.arguments})
        terms.append(loss if term.weight == 1 else term.weight * loss)
    return reduce(add, terms)


def make_head(recipe: Recipe, stage: int, loss, num_classes: int):
    """The head that the recipe names, else the one that the loss needs; None for losses on embeddings."""
    scored = {part.inputs for part in getattr(loss, "losses", [loss]) if part.kind == "class"}
    if not scored:
        return None
    if len(scored) > 1:
        raise recipe.error(
            ("stages", stage, "loss"), "expected losses for one head, got some for cosine, some for linear"
        )
    head = recipe.stages[stage].head or Component(name=_HEAD_FOR[scored.pop()])
    with at(recipe, "stages", stage, "head"):
        if head.name not in HEADS:
            raise ValueError(f"unknown head {head.name!r}, {did_you_mean(head.name, HEADS)}")
        check_arguments(head, HEADS[head.name], ("num_classes",))
        return HEADS[head.name](num_classes, **head.arguments)


def alike(head, other) -> bool:
    """Whether two heads differ in nothing but their names."""
    if head is None or type(head) is not type(other):
        return False
    return {**head.get_config(), "name": None} == {**other.get_config(), "name": None}


def make_optimizer(recipe: Recipe, stage: int, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    """The optimiser, its learning rate following the schedule."""
    optimizer = recipe.stages[stage].optimizer
    with at(recipe, "stages", stage, "optimizer"):
        if optimizer.name not in OPTIMIZERS:
            raise ValueError(f"unknown optimizer {optimizer.name!r}, {did_you_mean(optimizer.name, OPTIMIZERS)}")
        cls, arguments = OPTIMIZERS[optimizer.name], optimizer.arguments
        check_arguments(optimizer, cls)
        _check_kinds(arguments, cls)
        rate = arguments.get("learning_rate", inspect.signature(cls).parameters["learning_rate"].default)
        if not rate > 0:
            raise ValueError(f"learning_rate: expected a number above 0, got {rate!r}")
        _check_warmup(recipe, stage)
        scheduled = _learning_rate(rate, recipe.stages[stage], steps_per_epoch)
        return cls(**{**arguments, "learning_rate": scheduled})


def _check_kinds(arguments: dict, cls: type) -> None:
    """An optimiser's arguments are numbers, but for its switches and its name; Keras finds out in the first step."""
    for name, parameter in inspect.signature(cls).parameters.items():
        value, default = arguments.get(name, parameter.default), parameter.default
        if value is default or parameter.kind is parameter.VAR_KEYWORD:
            continue
        kind, expected = (bool, "true or false") if isinstance(default, bool) else (int | float, "a number")
        if isinstance(default, str):
            kind, expected = str, "a name"
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            raise ValueError(f"{name}: expected {expected}, got {value!r}")


def _check_warmup(recipe: Recipe, index: int) -> None:
    stage = recipe.stages[index]
    warmup = getattr(stage.schedule, "warmup_epochs", 0)
    if warmup >= stage.epochs:
        raise recipe.error(
            ("stages", index, "schedule", "warmup_epochs"),
            f"expected less than epochs, which is {stage.epochs}, got {warmup:g}",
        )


def _learning_rate(rate: float, stage: Stage, steps_per_epoch: int):
    schedule = stage.schedule
    schedules = keras.optimizers.schedules
    if schedule.name == "cosine":
        warmup = min(round(schedule.warmup_epochs * steps_per_epoch), stage.epochs * steps_per_epoch - 1)
        return schedules.CosineDecay(
            0.0 if warmup else rate,
            stage.epochs * steps_per_epoch - warmup,
            alpha=schedule.final_fraction,
            warmup_target=rate if warmup else None,
            warmup_steps=warmup,
        )
    if schedule.name == "steps":
        rates = [rate * schedule.factor**passed for passed in range(len(schedule.epochs) + 1)]
        return schedules.PiecewiseConstantDecay([epoch * steps_per_epoch for epoch in schedule.epochs], rates)
    if schedule.name == "polynomial":
        return schedules.PolynomialDecay(rate, stage.epochs * steps_per_epoch, 0.0, schedule.power)
    if schedule.name == "exponential":
        return schedules.ExponentialDecay(rate, steps_per_epoch, schedule.factor)
    return rate
