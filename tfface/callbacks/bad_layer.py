"""Where in a model the first number that is not finite appears."""

from __future__ import annotations

from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from .._compat import native


class Snapshot(NamedTuple):
    """A model's weights at one moment, without waiting for the device that holds them.

    Attributes:
        finite: name of a layer → whether its weights are, one flag each, in the order of the layers.
        backbone: weights of the backbone and copies of their values; empty if none were asked for.
    """

    finite: dict[str, list[tf.Tensor]]
    backbone: list[tuple]


def snapshot(model, copy: bool) -> Snapshot:
    """Looks at a model's weights; with `copy` it keeps those of the backbone (a head can be large)."""
    finite, strategy = {}, _strategy_of(model)
    for layer in layers_of(model):
        flags = [
            tf.reduce_all(tf.math.is_finite(value))
            for weight in layer.weights
            for value in strategy.experimental_local_results(native(weight))  # each replica's share of a sharded head
            if _real(value)
        ]
        if flags:
            finite.setdefault(layer.name, []).extend(flags)
    weights = backbone_of(model).weights if copy else ()
    return Snapshot(finite, [(weight, tf.identity(tf.convert_to_tensor(weight))) for weight in weights])


def layers_of(model):
    """The layers of a model from its inputs on, those of models inside it in their place."""
    for layer in model.layers:
        yield from layers_of(layer) if hasattr(layer, "layers") else (layer,)


def backbone_of(model):
    """The part of a model that is looked into with images."""
    return getattr(model, "backbone", model)


def with_bad_weights(taken: Snapshot) -> list[str]:
    """Layers whose weights were not finite."""
    return [name for name, flags in taken.finite.items() if not all(map(bool, flags))]


class Outputs(NamedTuple):
    """What layers make of some images.

    Attributes:
        bad: the first layer with an output that is not finite; None if there is none.
        largest: the layer with the largest output before that, and how large it is.
    """

    bad: str | None
    largest: tuple[str, float]


def outputs(model, images, taken: Snapshot) -> Outputs:
    """What the layers of a backbone make of images (in inference) with the weights that the snapshot has kept."""
    seen = {}

    def note(name, output):
        values = [np.asarray(value, np.float32) for value in tf.nest.flatten(output) if _real(value)]
        seen.setdefault(name, max((float(np.max(np.abs(value))) for value in values if value.size), default=0.0))

    backbone = backbone_of(model)
    with _strategy_of(model).scope(), _weights(taken.backbone), _noting(layers_of(backbone), note):
        backbone(tf.convert_to_tensor(images), training=False)
    bad = next((name for name, size in seen.items() if not np.isfinite(size)), None)
    before = list(seen)[: list(seen).index(bad)] if bad else list(seen)
    largest = max(before, key=seen.get, default="")
    return Outputs(bad, (largest, seen.get(largest, 0.0)))


@contextmanager
def _weights(values):
    """Puts values in the place of weights for a while."""
    now = [(weight, tf.identity(tf.convert_to_tensor(weight))) for weight, _ in values]
    for weight, value in values:
        weight.assign(value)
    try:
        yield
    finally:
        for weight, value in now:
            weight.assign(value)


@contextmanager
def _noting(layers, note):
    """Hands every layer's output to `note`, in the order in which layers are called, whatever calls them."""
    changed = []
    for layer in layers:
        # past Keras' own __setattr__, which tracks what it is given
        layer.__dict__["call"] = _noted(layer, note)
        changed.append(layer)
    try:
        yield
    finally:
        for layer in changed:
            del layer.__dict__["call"]


def _noted(layer, note):
    call = layer.call

    def noted(*args, **kwargs):
        output = call(*args, **kwargs)
        note(layer.name, output)
        return output

    return noted


def _strategy_of(model):
    return getattr(model, "distribute_strategy", None) or tf.distribute.get_strategy()


def _real(value):
    return tf.as_dtype(value.dtype).is_floating
