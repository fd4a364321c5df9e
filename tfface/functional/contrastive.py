"""The contrastive loss of pairs (Hadsell et al. 2006; Sun et al. 2014, arXiv 1406.4773)."""

import tensorflow as tf

from . import distances, numerics
from .pairs import Pairs, batch_mean

FORMS = ("squared", "linear")


def contrastive(same, distance, margin=1.0, form="squared"):
    """Loss of given pairs: ½ s d² + ½ (1 − s) [m − d]₊², or linear: s d + (1 − s) [m − d]₊.

    Args:
        same: 1 (or True) where a pair shows one identity, any shape.
        distance: d ≥ 0 of each pair, same shape.
        margin: m, the distance beyond which two identities no longer push each other away.
        form: "squared" or "linear".

    Returns:
        The loss of each pair, same shape.

    Example:
        >>> import tfface
        >>> print(tfface.functional.contrastive([1.0, 0.0], [0.25, 0.5], form="linear").numpy())
        [0.25 0.5 ]
    """
    distance = numerics.as_float32(distance)
    same = tf.cast(same, tf.float32)
    apart = tf.nn.relu(margin - distance)
    if form == "squared":
        return 0.5 * (same * tf.square(distance) + (1.0 - same) * tf.square(apart))
    return same * distance + (1.0 - same) * apart


def batch_contrastive(pairs: Pairs, margin=1.0, form="squared"):
    """The contrastive loss over the pairs i ≠ j of a batch: values (A,) an anchor, whose mean is that over pairs."""
    real = pairs.positive | pairs.negative
    # `contrastive` of every pair, in as few passes over (A, K) as there can be.
    excess = tf.where(pairs.positive, pairs.distance, tf.nn.relu(margin - pairs.distance))
    excess = tf.where(real, excess, 0.0)
    losses = 0.5 * tf.square(excess) if form == "squared" else excess
    return batch_mean(tf.reduce_sum(losses, axis=1), tf.math.count_nonzero(real, axis=1, dtype=tf.float32))


def given_contrastive(same, embeddings, margin=1.0, form="squared", distance="euclidean", normalize=False):
    """The contrastive loss of explicit pairs: `same` (B,), embeddings (B, 2, D) → (B,)."""
    embeddings = numerics.normalize(embeddings) if normalize else embeddings
    between = distances.paired(distance, embeddings[:, 0], embeddings[:, 1])
    return contrastive(same, between, margin, form)
