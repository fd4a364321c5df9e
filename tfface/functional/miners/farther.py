"""The nearest negative that is farther than a positive."""

import tensorflow as tf

from ..pairs import Pairs
from .base import FAR, Triplets
from .positives import Positives


def with_farther_negative(pairs: Pairs, positives: Positives) -> Triplets:
    """Each positive with the nearest negative farther than it, or else with the farthest one."""
    chosen = (_one_by_one if positives.few else _by_order)(pairs, positives)
    some = tf.reduce_any(pairs.negative, axis=1, keepdims=True)
    return Triplets(positives.distance, chosen, positives.real & some)


def _one_by_one(pairs, positives):
    """A pass over the negatives for each of the few positives."""
    distance = tf.stop_gradient(pairs.distance)
    farthest = tf.argmax(tf.where(pairs.negative, distance, -FAR), axis=1, output_type=tf.int32)
    negatives = tf.where(pairs.negative, distance, FAR)
    than = tf.transpose(tf.stop_gradient(positives.distance))
    most = tf.reduce_max(tf.math.count_nonzero(positives.real, axis=1, dtype=tf.int32))

    def one(turn, places):
        farther = tf.where(negatives > than[turn][:, tf.newaxis], negatives, FAR)
        nearest = tf.argmin(farther, axis=1, output_type=tf.int32)
        found = tf.gather(farther, nearest, batch_dims=1) < FAR
        place = tf.where(found, nearest, farthest)
        return turn + 1, tf.tensor_scatter_nd_update(places, [[turn]], place[tf.newaxis])

    _, places = tf.while_loop(lambda turn, _: turn < most, one, (0, tf.zeros(tf.shape(than), tf.int32)))
    return tf.gather(pairs.distance, tf.transpose(places), batch_dims=1)


def _by_order(pairs, positives):
    """The negatives are sorted once, and each positive finds its place among them."""
    distance = tf.stop_gradient(tf.where(pairs.negative, pairs.distance, FAR))
    negatives, places = tf.math.top_k(-distance, tf.shape(distance)[1])
    last = tf.math.count_nonzero(pairs.negative, axis=1, keepdims=True, dtype=tf.int32) - 1
    nearer = tf.searchsorted(-negatives, tf.stop_gradient(positives.distance), side="right")
    chosen = tf.gather(places, tf.clip_by_value(nearer, 0, tf.maximum(last, 0)), batch_dims=1)
    return tf.gather(pairs.distance, chosen, batch_dims=1)
