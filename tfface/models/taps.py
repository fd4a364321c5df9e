"""Features of hidden layers, beside the embeddings, in one pass through a backbone."""

import tensorflow as tf
from tensorflow import keras

from .._compat import origin
from .._suggest import did_you_mean


class Taps:
    """A backbone whose call gives the embeddings and the features of some hidden layers, each (B, D).

    Feature maps (B, …, D) are averaged over all their positions. A plain object: a model that held the tapped backbone
    would hold its layers twice.

    Args:
        backbone: a Functional or Sequential model; without any layers to tap, any built model.
        layers: names of its layers.

    Raises:
        ValueError: a layer is unknown, or has no single output with a last axis of known size.
    """

    def __init__(self, backbone, layers):
        outputs = [_output(_tensors(backbone), layer) for layer in layers]
        self._model = keras.Model(backbone.inputs, [*backbone.outputs, *outputs]) if outputs else backbone
        self.sizes = [int(backbone.output_shape[-1]), *(int(output.shape[-1]) for output in outputs)]

    def __call__(self, images, training):
        """The embeddings, then the features of each layer."""
        if len(self.sizes) == 1:
            return [self._model(images, training=training)]
        embeddings, *features = self._model(images, training=training)
        return [embeddings, *map(_pooled, features)]


def _tensors(backbone):
    """What each layer hands on within the graph of a model: names to tensors.

    A layer's own `output` may be of another call: Keras 3 calls all layers anew when one is added to a Sequential.
    """
    found, seen, waiting = {}, set(), list(getattr(backbone, "outputs", []))
    while waiting:
        tensor = waiting.pop()
        if id(tensor) not in seen:
            seen.add(id(tensor))
            layer, sources = origin(tensor)
            found.setdefault(layer.name, []).append(tensor)
            waiting += sources
    return found


def _output(tensors, layer):
    if layer not in tensors:
        raise ValueError(f"auxiliary: the backbone has no layer {layer!r}, {did_you_mean(layer, tensors)}")
    first, *others = tensors[layer]
    if others or len(first.shape) < 2 or first.shape[-1] is None:
        shapes = ", ".join(str(tuple(tensor.shape)) for tensor in tensors[layer])
        raise ValueError(f"auxiliary: expected a layer with one output (B, …, D), received {layer!r} with {shapes}")
    return first


def _pooled(features):
    features = tf.cast(features, tf.float32)
    positions = list(range(1, features.shape.rank - 1))
    return tf.reduce_mean(features, axis=positions) if positions else features
