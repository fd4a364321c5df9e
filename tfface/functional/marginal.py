"""The marginal loss: one threshold between the distances within and between identities (Deng et al. 2017, CVPRW)."""

import tensorflow as tf

from . import numerics
from .pairs import batch_mean, batch_pairs


def marginal(same, squared_distance, threshold=1.2, margin=0.3):
    """Loss of given pairs: [ξ − y (θ − d²)]₊, y = 1 for one identity and −1 for two.

    Args:
        same: 1 (or True) where a pair shows one identity, any shape.
        squared_distance: d² of the normalised embeddings of each pair, same shape.
        threshold: θ, the squared distance that divides one identity from two.
        margin: ξ, how far from the threshold a pair has to be.

    Returns:
        The loss of each pair, same shape.

    Example:
        >>> import tfface
        >>> print(tfface.functional.marginal([1, 0], [1.5, 1.5], threshold=1.25, margin=0.5).numpy())
        [0.75 0.25]
    """
    sign = 2.0 * tf.cast(same, tf.float32) - 1.0
    return tf.nn.relu(margin - sign * (threshold - numerics.as_float32(squared_distance)))


def batch_marginal(labels, embeddings, threshold=1.2, margin=0.3):
    """The marginal loss over all pairs i ≠ j of a batch: values (B,) an anchor, whose mean is that over pairs."""
    pairs = batch_pairs(labels, numerics.normalize(embeddings))
    real = pairs.positive | pairs.negative
    losses = tf.where(real, marginal(pairs.positive, pairs.distance, threshold, margin), 0.0)
    return batch_mean(tf.reduce_sum(losses, axis=1), tf.math.count_nonzero(real, axis=1, dtype=tf.float32))
