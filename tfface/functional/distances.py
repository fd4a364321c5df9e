"""Distances between all pairs of two sets of embeddings: one matmul, O(A·K) memory."""

from dataclasses import dataclass
from typing import ClassVar

import tensorflow as tf

from . import numerics
from .configured import Configured, known


def sqeuclidean(a, b):
    """‖a_i − b_j‖², (A, D) and (K, D) → (A, K)."""
    # An offset that all share changes no distance, but ‖a‖² + ‖b‖² − 2ab would lose digits to it.
    offset = tf.stop_gradient(tf.reduce_mean(b, axis=0))
    return _centred_sqeuclidean(a - offset, b - offset)


@tf.custom_gradient
def _centred_sqeuclidean(a, b):
    lengths = tf.reduce_sum(tf.square(a), axis=1), tf.reduce_sum(tf.square(b), axis=1)
    dots = tf.nn.bias_add(tf.matmul(-2.0 * a, b, transpose_b=True), lengths[1])
    distance = tf.nn.relu(dots + lengths[0][:, tf.newaxis])

    def gradient(upstream):
        # Σ_j u_ij 2 (a_i − b_j): a column of ones sums u_ij within the matmul that is needed anyway.
        upstream = tf.raw_ops.ReluGrad(gradients=upstream, features=distance)
        return _pulled(a, tf.matmul(upstream, _with_ones(b))), _pulled(
            b, tf.matmul(upstream, _with_ones(a), transpose_a=True)
        )

    return distance, gradient


def _with_ones(x):
    return tf.concat([x, tf.ones_like(x[:, :1])], axis=1)


def _pulled(x, sums):
    return 2.0 * (x * sums[:, -1:] - sums[:, :-1])


def euclidean(a, b):
    """‖a_i − b_j‖, with gradient 0 between equal embeddings."""
    return numerics.square_root(sqeuclidean(a, b))


def _cosines(a, b):
    """cos θ_ij, (A, D) and (K, D) → (A, K)."""
    return tf.matmul(numerics.normalize(a), numerics.normalize(b), transpose_b=True)


@dataclass(frozen=True)
class Distance(Configured):
    """Base of the distances; called on embeddings (A, D) and (K, D) it gives the distances (A, K).

    What a loss first gets is what is `measured`: a distance or a similarity, whichever the matmul gives at once. The
    other methods turn it into what the loss or its miner asks for.
    """

    directions: ClassVar[bool] = False  # whether the lengths of embeddings make no difference
    signed: ClassVar[bool] = False  # whether distances may be below 0

    def measured(self, a, b):
        """What is measured between embeddings (A, D) and (K, D): (A, K)."""
        raise NotImplementedError

    def paired(self, a, b):
        """The distances between a_i and b_i, (B, D) and (B, D) → (B,)."""
        raise NotImplementedError

    def distance(self, measured):
        """Distances from what is measured."""
        return measured

    def similarity(self, measured):
        """Similarities from what is measured: cosines or dot products, else negative distances."""
        return -self.distance(measured)

    def chord(self, measured):
        """‖a − b‖² between the unit vectors in the directions of both, from what is measured between them."""
        raise NotImplementedError

    def __call__(self, a, b):
        return self.distance(self.measured(a, b))


@dataclass(frozen=True)
class SquaredEuclidean(Distance):
    """‖a − b‖²."""

    def measured(self, a, b):
        return sqeuclidean(a, b)

    def paired(self, a, b):
        return tf.reduce_sum(tf.square(a - b), axis=-1)

    def chord(self, measured):
        return measured


@dataclass(frozen=True)
class Euclidean(SquaredEuclidean):
    """‖a − b‖, with gradient 0 between equal embeddings."""

    def measured(self, a, b):
        return euclidean(a, b)

    def paired(self, a, b):
        return numerics.square_root(super().paired(a, b))

    def chord(self, measured):
        return tf.square(measured)


@dataclass(frozen=True)
class Dot(Distance):
    """−a·b, whose similarity is the dot product a·b."""

    signed: ClassVar[bool] = True

    def measured(self, a, b):
        return tf.matmul(a, b, transpose_b=True)

    def paired(self, a, b):
        return self.distance(tf.reduce_sum(a * b, axis=-1))

    def distance(self, measured):
        return -measured

    def similarity(self, measured):
        return measured

    def chord(self, measured):
        return 2.0 - 2.0 * measured


@dataclass(frozen=True)
class Cosine(Dot):
    """1 − cos θ, whose similarity is cos θ."""

    directions: ClassVar[bool] = True
    signed: ClassVar[bool] = False

    def measured(self, a, b):
        return _cosines(a, b)

    def paired(self, a, b):
        return super().paired(numerics.normalize(a), numerics.normalize(b))

    def distance(self, measured):
        return 1.0 - measured


@dataclass(frozen=True)
class Angular(Distance):
    """θ in radians."""

    directions: ClassVar[bool] = True

    def measured(self, a, b):
        return numerics.angle(_cosines(a, b))

    def paired(self, a, b):
        return numerics.angle(tf.reduce_sum(numerics.normalize(a) * numerics.normalize(b), axis=-1))

    def chord(self, measured):
        return 2.0 - 2.0 * tf.cos(measured)


DISTANCES = {
    "sqeuclidean": SquaredEuclidean(),
    "euclidean": Euclidean(),
    "cosine": Cosine(),
    "angular": Angular(),
    "dot": Dot(),
}


def get(distance) -> Distance:
    """A distance by its name; a distance object is returned as it is.

    Args:
        distance: a name, a mapping of `name` and what differs from its defaults, or an object.

    Raises:
        ValueError: an unknown name (the nearest is given).

    Example:
        >>> import tfface
        >>> tfface.distances.get("cosine")
        Cosine()
    """
    return known("distance", distance, DISTANCES, Distance)


def paired(distance, a, b):
    """A distance, or the one of that name, between a_i and b_i, (B, D) and (B, D) → (B,)."""
    return get(distance).paired(a, b)
