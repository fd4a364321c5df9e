"""The positives of each anchor: as short rows where they are few, as they are in batches of P identities × K images."""

from typing import NamedTuple

import tensorflow as tf

from ..pairs import Pairs

# Up to so many positives an anchor are looked at one after the other, instead of sorting the negatives.
FEW = 16


class Positives(NamedTuple):
    """The distances of A anchors to T positives, (A, T), and which of them are real."""

    distance: tf.Tensor
    real: tf.Tensor
    few: bool  # T is at most `FEW`


def all_positives(pairs: Pairs) -> Positives:
    """The positives in their places among the partners."""
    # All of them, gathered: XLA of TensorFlow 2.15 takes gradients of unknown shape only if both branches gather.
    distance = tf.gather(pairs.distance, tf.range(tf.shape(pairs.distance)[1]), axis=1)
    return Positives(distance, pairs.positive, False)


def over_positives(pairs: Pairs, function):
    """What a function of `Positives` gives, (A,) tensors: it is handed short rows where positives are few."""
    most = tf.reduce_max(tf.math.count_nonzero(pairs.positive, axis=1, dtype=tf.int32))
    return tf.cond(most <= FEW, lambda: function(_few(pairs)), lambda: function(all_positives(pairs)))


def _few(pairs):
    columns = pairs.positive.shape[1]
    count = tf.minimum(FEW, tf.shape(pairs.positive)[1]) if columns is None else min(FEW, columns)
    real, places = tf.math.top_k(tf.cast(pairs.positive, tf.float32), count)
    return Positives(tf.gather(pairs.distance, places, batch_dims=1), real > 0.0, True)
