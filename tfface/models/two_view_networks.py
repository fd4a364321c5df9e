"""The networks of a TwoViewModel, and what they make of a batch of two views."""

from functools import cache
from typing import Any, NamedTuple

import tensorflow as tf


def built(layer, size):
    """Builds a layer for inputs (B, size) if it is not, and says the size of its outputs; None passes inputs on."""
    if layer is None:
        return size
    if not layer.built:
        layer.build((None, size))
    return int(layer.compute_output_shape((None, size))[-1])


class Network(NamedTuple):
    """A backbone and what stands on its embeddings; `projector` None gives the embeddings themselves."""

    backbone: Any
    projector: Any = None

    def __call__(self, images, training):
        embeddings = self.backbone(images, training=training)
        return embeddings, embeddings if self.projector is None else self.projector(embeddings, training=training)


class Networks(NamedTuple):
    """The network that learns, its predictor, and its slow copy; None for what there is not."""

    learning: Network
    predictor: Any = None
    slow: Network | None = None


class Passes:
    """What networks make of both views of a batch; each is computed when a loss first asks for it, and once.

    Args:
        networks: what computes.
        views: two tensors (B, …).
        together: whether both views go through as one batch, so that batch normalisation sees them as one.
        training: as for Keras layers.
    """

    def __init__(self, networks, views, together, training):
        self._networks, self._views = networks, views
        self._together, self._training = together, training
        self._learning, self._slow = cache(self._learning), cache(self._slow)
        self._both, self.prediction = cache(self._both), cache(self.prediction)

    def embedding(self, view):
        """Of view 0 or 1, (B, D)."""
        return self._learning(view)[0]

    def projection(self, view, slow=False):
        """Of view 0 or 1, (B, P), by the network that learns or by its slow copy."""
        return self._slow(view)[1] if slow else self._learning(view)[1]

    def prediction(self, view):
        """What the predictor makes of a projection, (B, P)."""
        return self._networks.predictor(self.projection(view), training=self._training)

    def _learning(self, view):
        if self._together:
            return [halves[view] for halves in self._both()]
        return self._networks.learning(self._views[view], self._training)

    def _both(self):
        found = self._networks.learning(tf.concat(self._views, axis=0), self._training)
        return [tf.split(rows, 2) for rows in found]

    def _slow(self, view):
        return self._networks.slow(self._views[view], self._training)
