from dataclasses import dataclass
from typing import ClassVar

import tensorflow as tf

from ... import _check
from .. import numerics, replicas
from .base import Miner, Triplets, narrowed
from .positives import all_positives, over_positives


@dataclass(frozen=True)
class DistanceWeighted(Miner):
    """For each positive a negative drawn with probability ∝ 1/q(d) (Wu et al. 2017, arXiv 1706.07567).

    `q(d) ∝ d^(D−2) (1 − d²/4)^((D−3)/2)` is the density of the distances between random unit vectors, so that the draws
    spread evenly over the distances. What is drawn for an anchor's r-th positive depends on the seed, on the labels of
    the global batch and on the anchor's row there, and on nothing else: a run repeats, with and without XLA, and on any
    number of replicas.

    Args:
        cutoff: distances below this count as this one, against noise.
        farthest: negatives beyond this distance, which have no loss, are drawn only where there are no others.
        seed: of the draws.

    Raises:
        ValueError: an argument outside its domain.
    """

    picks: ClassVar[bool] = True
    cutoff: float = 0.5
    farthest: float = 1.4
    seed: int = 0

    def __post_init__(self):
        _check.number("cutoff", self.cutoff, 0.0, 2.0, above=True, below=True)
        _check.number("farthest", self.farthest, self.cutoff, 2.0)
        _check.whole("seed", self.seed, 0)

    def narrow(self, pairs):
        chosen, real = self._draw(pairs, all_positives(pairs), self._keys(pairs))
        anchors = tf.range(tf.shape(chosen)[0])[:, tf.newaxis] + tf.zeros_like(chosen)
        places = tf.stack([anchors, chosen], axis=-1)
        counts = tf.scatter_nd(places, tf.cast(real, tf.int32), tf.shape(pairs.negative))
        return narrowed(pairs, real, counts > 0)

    def over_triplets(self, pairs, function):
        keys = self._keys(pairs)  # here, as no replica may wait for others within a branch

        def drawn(positives):
            chosen, real = self._draw(pairs, positives, keys)
            return function(Triplets(positives.distance, tf.gather(pairs.distance, chosen, batch_dims=1), real))

        return over_positives(pairs, drawn)

    def _keys(self, pairs):
        """An integer for each anchor, (A, 1), the same on however many replicas the batch is spread."""
        places = tf.range(tf.size(pairs.partners))
        batch = tf.reduce_sum(_mixed(tf.cast(pairs.partners, tf.int32) + _mixed(places + self.seed)))
        return _mixed(replicas.own_rows(tf.size(pairs.labels)) + batch)[:, tf.newaxis]

    def _draw(self, pairs, positives, keys):
        """For each positive the column of a negative (A, T), and where there is such a triplet."""
        chord = tf.stop_gradient(pairs.metric.chord(pairs.measured))
        reached = tf.cumsum(self._weights(pairs, chord), axis=1)
        rank = tf.cumsum(tf.cast(positives.real, tf.int32), axis=1)
        draw = tf.cast(_mixed(keys + rank) & 0xFFFFFF, tf.float32) / 2.0**24
        chosen = tf.searchsorted(reached, draw * reached[:, -1:], side="right")
        some = tf.reduce_any(pairs.negative, axis=1, keepdims=True)
        return tf.minimum(chosen, tf.shape(chord)[1] - 1), positives.real & some

    def _weights(self, pairs, chord):
        squared = tf.clip_by_value(chord, self.cutoff**2, 3.99)
        log_density = (pairs.dimension - 2.0) / 2.0 * tf.math.log(squared)
        log_density += (pairs.dimension - 3.0) / 2.0 * tf.math.log(1.0 - squared / 4.0)
        eligible = pairs.negative & (chord < self.farthest**2)
        eligible |= pairs.negative & ~tf.reduce_any(eligible, axis=1, keepdims=True)
        log_weight = tf.where(eligible, -log_density, numerics.NEVER)
        return tf.where(eligible, tf.exp(log_weight - tf.reduce_max(log_weight, axis=1, keepdims=True)), 0.0)


def _mixed(x):
    """Integers turned into ones that look drawn: the last steps of MurmurHash3, in int32 that wraps around."""
    for shift, factor in ((16, -2048144789), (13, -1028477387)):
        x = (x ^ (tf.bitwise.right_shift(x, shift) & (2 ** (32 - shift) - 1))) * factor
    return x ^ (tf.bitwise.right_shift(x, 16) & 0xFFFF)
