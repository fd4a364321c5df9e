"""The positives of each anchor: as short rows where they are few, as they are in batches of P identities × K images."""

from typing import NamedTuple

import tensorflow as tf

from ..labels import IGNORED
from ..pairs import Pairs

# Up to so many images of an identity, its positives are looked at one after the other, instead of sorting negatives.
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
    order = tf.argsort(pairs.partners, stable=True)
    rising = tf.gather(pairs.partners, order)
    first, behind = (tf.searchsorted(rising, pairs.labels, side=side) for side in ("left", "right"))
    images = tf.where(pairs.labels == IGNORED, 0, behind - first)

    def few():
        turns = tf.range(_shortest(pairs))
        ranks = tf.minimum(first[:, tf.newaxis] + turns, tf.shape(order)[0] - 1)
        places = tf.gather(order, ranks)
        real = (turns < images[:, tf.newaxis]) & tf.gather(pairs.positive, places, batch_dims=1)
        # The real ones first: an anchor itself is among the images of its identity.
        real, front = tf.math.top_k(tf.cast(real, tf.float32), tf.shape(real)[1])
        places = tf.gather(places, front, batch_dims=1)
        return function(Positives(tf.gather(pairs.distance, places, batch_dims=1), real > 0.0, True))

    return tf.cond(tf.reduce_max(images) <= FEW, few, lambda: function(all_positives(pairs)))


def _shortest(pairs):
    columns = pairs.positive.shape[1]
    return tf.minimum(FEW, tf.shape(pairs.positive)[1]) if columns is None else min(FEW, columns)
