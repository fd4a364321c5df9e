"""Lays tensors of PyTorch out as Keras has them, and gives them to the layers of a model."""

from collections.abc import Callable
from typing import NamedTuple

from tensorflow import keras

from ..backbones.grouped_conv import GroupedConv2D

_SHOWN = 6


class Source(NamedTuple):
    """Where a weight comes from: a tensor's name and shape, and how it is laid out anew."""

    name: str
    shape: tuple[int, ...]
    convert: Callable = lambda tensor: tensor


def assign(model, names, tensors, path="tensors"):
    """Sets all weights of a model, or none.

    Args:
        model: the backbone.
        names: the `Names` of its kind.
        tensors: arrays by name.
        path: what error messages call them.

    Raises:
        ValueError: tensors are missing, not expected or of another shape.
    """
    tensors = _without_scale(model.get_layer("embedding"), names, tensors)
    _compare(shapes(model, names), tensors, model.name, path)
    for layer, sources in _sources_of(model, names):
        layer.set_weights([source.convert(tensors[source.name]) for source in sources])


def shapes(model, names):
    """Name → shape there of each tensor that a model has weights for."""
    return {source.name: source.shape for _, sources in _sources_of(model, names) for source in sources}


def _sources_of(model, names):
    return [(layer, _sources(layer, model, names.of(layer.name))) for layer in model.layers if layer.weights]


def _sources(layer, model, name):
    """In the order of the layer's weights."""
    shapes = [tuple(weight.shape) for weight in layer.weights]
    if isinstance(layer, keras.layers.PReLU):
        return [Source(f"{name}.weight", shapes[0][-1:], lambda tensor: tensor.reshape(shapes[0]))]
    if isinstance(layer, keras.layers.BatchNormalization):
        kinds = ["weight"] * layer.scale + ["bias", "running_mean", "running_var"]
        return [Source(f"{name}.{kind}", shape) for kind, shape in zip(kinds, shapes, strict=True)]
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        height, width, channels, _ = shapes[0]
        return [Source(f"{name}.weight", (channels, 1, height, width), lambda tensor: tensor.transpose(2, 3, 0, 1))]
    if isinstance(layer, keras.layers.Conv2D | GroupedConv2D):
        height, width, channels, filters = shapes[0]
        shape = (filters, channels, height, width)
        return [Source(f"{name}.weight", shape, lambda tensor: tensor.transpose(2, 3, 1, 0))]
    biases = [Source(f"{name}.bias", shapes[1])] if layer.use_bias else []
    return [_dense(f"{name}.weight", model.get_layer("head_flatten").input.shape[1:], shapes[0]), *biases]


def _dense(name, maps, shape):
    """PyTorch flattens maps channel by channel, Keras position by position."""
    height, width, channels = maps

    def convert(tensor):
        return tensor.reshape(-1, channels, height, width).transpose(2, 3, 1, 0).reshape(shape)

    return Source(name, shape[::-1], convert)


def _without_scale(embedding, names, tensors):
    """A last normalisation without a scale (there it is 1 and never trained) leaves it to the dense layer before it."""
    tensors = dict(tensors)
    name = names.of("embedding")
    if embedding.scale or f"{name}.weight" not in tensors:
        return tensors
    scale, dense = tensors.pop(f"{name}.weight"), names.of("head_dense")
    for scaled in (f"{dense}.weight", f"{dense}.bias", f"{name}.running_mean"):
        if len(tensors.get(scaled, ())) == len(scale):
            tensors[scaled] = (tensors[scaled].T * scale).T
    return tensors


def _compare(expected, tensors, model, path):
    problems = {
        "missing": [name for name in expected if name not in tensors],
        "not expected": [name for name in tensors if name not in expected],
        "of another shape": [
            f"{name} {tensors[name].shape} instead of {shape}"
            for name, shape in expected.items()
            if name in tensors and tensors[name].shape != shape
        ],
    }
    told = [f"{problem}: {_listed(names)}" for problem, names in problems.items() if names]
    if told:
        raise ValueError(f"{path}: does not fit {model}; {'; '.join(told)}")


def _listed(names):
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
