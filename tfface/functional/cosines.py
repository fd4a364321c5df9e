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
    return _cosines(numerics.normalize(numerics.as_float32(embeddings)), numerics.as_float32(weights))


@tf.custom_gradient
def _cosines(directions, weights):
    inverse = numerics.inverse_norm(weights)
    values = tf.matmul(directions, weights, transpose_b=True) * inverse

    def gradient(upstream):
        scaled = upstream * inverse
        radial = tf.reduce_sum(upstream * values, axis=0) * tf.square(inverse)
        tangential = tf.matmul(scaled, directions, transpose_a=True)
        return tf.matmul(scaled, weights), tangential - radial[:, tf.newaxis] * weights

    return values, gradient
