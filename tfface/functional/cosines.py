"""All cosines between embeddings and class weights, with a gradient that passes over the weights once."""

import tensorflow as tf

from . import numerics


def cosines(embeddings, weights):
    """cos θ_ij = x̂_i · Ŵ_j, (B, D) and (C, D) → (B, C); zero vectors have cosine 0 and gradient 0.

    Automatic differentiation of `normalize(weights)` reads and writes arrays of the size of the weights six times;
    here scores are divided by the norms instead, ∂c_ij/∂W_j = (x̂_i − c_ij Ŵ_j) / ‖W_j‖, which takes two.

    Example:
        >>> import tfface
        >>> print(tfface.functional.cosines([[3.0, 0.0]], [[1.0, 0.0], [0.0, 2.0]]).numpy())
        [[1. 0.]]
    """
    weights = numerics.as_float32(weights)
    return of_directions(numerics.normalize(numerics.as_float32(embeddings)), weights)


def of_directions(directions, weights, inverse=None):
    """The same of embeddings that have been normalised, and of weights whose `inverse_norms` may be known."""
    if inverse is None:
        inverse = numerics.inverse_norm(tf.stop_gradient(weights))
    return _cosines(directions, weights, inverse)


@tf.custom_gradient
def _cosines(directions, weights, inverse):
    values = tf.matmul(directions, weights, transpose_b=True) * inverse

    def gradient(upstream):
        scaled = upstream * inverse
        radial = tf.reduce_sum(scaled * values, axis=0) * inverse
        tangential = tf.matmul(scaled, directions, transpose_a=True)
        return tf.matmul(scaled, weights), tangential - radial[:, tf.newaxis] * weights, None

    return values, gradient


def inverse_norms(weights):
    """As `numerics.inverse_norm`, without a gradient, in one pass over the weights; for training.

    Neither XLA, which makes one pass of the other, nor the formats that models are exported to have this kernel.
    """
    weights = tf.stop_gradient(weights)
    if numerics.compiled():
        return numerics.inverse_norm(weights)
    norm = tf.raw_ops.EuclideanNorm(input=weights, axis=[-1])
    directed = norm > numerics.SHORTEST
    return tf.where(directed, 1.0 / tf.where(directed, norm, 1.0), 0.0)
