"""FastAP: average precision of each anchor's ranking, by a soft histogram of distances (Cakir et al. 2019, CVPR)."""

import tensorflow as tf

from . import numerics
from .pairs import Pairs, batch_mean


def fastap(pairs: Pairs, bins=10):
    """1 − (1/N⁺) Σ_l h⁺_l H⁺_l / H_l: per-anchor values (A,) whose mean over the global batch is over anchors.

    h⁺ is the histogram of the N⁺ positives of an anchor over squared distances, H⁺ and H are the cumulative ones of
    positives and of all.

    Args:
        pairs: of a batch of unit vectors, at squared Euclidean distances in [0, 4].
        bins: L; the histogram has a triangular bin around each of 0, 4/L, …, 4.
    """
    position = tf.clip_by_value(pairs.distance, 0.0, 4.0) * (bins / 4.0)
    positives = soft_histogram(position, tf.cast(pairs.positive, tf.float32), bins)
    negatives = soft_histogram(position, tf.cast(pairs.negative, tf.float32), bins)
    nearer_positives = tf.cumsum(positives, axis=1)
    nearer = tf.cumsum(positives + negatives, axis=1)
    count = tf.math.count_nonzero(pairs.positive, axis=1, dtype=tf.float32)
    reached = nearer > 0.0
    precision = tf.where(reached, nearer_positives / tf.where(reached, nearer, 1.0), 0.0)
    average = numerics.divide(tf.reduce_sum(positives * precision, axis=1), count)
    valid = count > 0
    return batch_mean(tf.where(valid, 1.0 - average, 0.0), valid)


def soft_histogram(position, weight, bins):
    """How much weight lies at each of 0, 1, …, `bins`; a position between two of them is shared by both.

    Written with its gradient, so that no (A, K) tensor a bin is kept for it.

    Args:
        position: (A, K) in [0, bins].
        weight: (A, K), not differentiated.
        bins: a Python int.

    Returns:
        (A, bins + 1).
    """

    @tf.custom_gradient
    def of(position):
        near = [tf.nn.relu(1.0 - tf.abs(position - float(bin))) for bin in range(bins + 1)]
        histogram = tf.stack([tf.reduce_sum(weight * share, axis=1) for share in near], axis=1)

        def gradient(upstream):
            below = tf.clip_by_value(tf.cast(tf.floor(position), tf.int32), 0, bins - 1)
            return weight * tf.gather(upstream[:, 1:] - upstream[:, :-1], below, batch_dims=1)

        return histogram, gradient

    return of(position)
