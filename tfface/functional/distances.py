"""Distances between all pairs of two sets of embeddings: one matmul, O(A·K) memory."""

import tensorflow as tf

from . import numerics


def sqeuclidean(a, b):
    """‖a_i − b_j‖², (A, D) and (K, D) → (A, K)."""
    # An offset that all share changes no distance, but ‖a‖² + ‖b‖² − 2ab would lose digits to it.
    offset = tf.stop_gradient(tf.reduce_mean(b, axis=0))
    a, b = a - offset, b - offset
    dots = tf.matmul(a, b, transpose_b=True)
    lengths = tf.reduce_sum(tf.square(a), axis=1)[:, tf.newaxis] + tf.reduce_sum(tf.square(b), axis=1)
    return tf.maximum(lengths - 2.0 * dots, 0.0)


def euclidean(a, b):
    """‖a_i − b_j‖, with gradient 0 between equal embeddings."""
    return numerics.square_root(sqeuclidean(a, b))


def cosine(a, b):
    """1 − cos θ_ij."""
    return 1.0 - tf.matmul(numerics.normalize(a), numerics.normalize(b), transpose_b=True)


def angular(a, b):
    """θ_ij in radians."""
    return numerics.angle(tf.matmul(numerics.normalize(a), numerics.normalize(b), transpose_b=True))


DISTANCES = {"sqeuclidean": sqeuclidean, "euclidean": euclidean, "cosine": cosine, "angular": angular}


def paired(name: str, a, b):
    """The named distance between a_i and b_i, (B, D) and (B, D) → (B,)."""
    if name in ("sqeuclidean", "euclidean"):
        squared = tf.reduce_sum(tf.square(a - b), axis=-1)
        return squared if name == "sqeuclidean" else numerics.square_root(squared)
    similarity = tf.reduce_sum(numerics.normalize(a) * numerics.normalize(b), axis=-1)
    return 1.0 - similarity if name == "cosine" else numerics.angle(similarity)
