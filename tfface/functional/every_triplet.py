"""Sums over all triplets of a batch, O(B³) of them, in O(B²) memory.

Where positives are few, the negatives are visited once for each. Where they are many, the negatives of an anchor are
sorted once, a positive finds by binary search how many of them are nearer, and prefix sums give their sum.
"""

import tensorflow as tf

from . import numerics
from .miners import FAR, over_positives, sorted_negatives
from .pairs import Pairs
from .triplet_penalty import SOFT, triplet_penalty, triplet_slope


def every_triplet(pairs: Pairs, margin, form, window):
    """Sums of the losses of each anchor's triplets, how many are above 0, and how many there are, (A,) each.

    With `window`, only the semi-hard ones: negatives farther than the positive.
    """
    pairs = pairs._replace(measured=_of_its_shape(pairs.measured))
    negatives = tf.math.count_nonzero(pairs.negative, axis=1, dtype=tf.int32)

    def summed(positives):
        if positives.few:
            sums, active = _one_positive_at_a_time(pairs, positives, margin, form, window)
        elif margin == SOFT:
            sums, active = _one_anchor_at_a_time(pairs), tf.zeros_like(negatives, tf.float32)
        else:
            sums, active = _by_order(pairs, positives, negatives, margin, form, window)
        real = tf.math.count_nonzero(positives.real, axis=1, dtype=tf.int32)
        return sums, active, active if window else tf.cast(real * negatives, tf.float32)

    return over_positives(pairs, summed)


@tf.custom_gradient
def _of_its_shape(values):
    # XLA of TensorFlow 2.15 loses track of the shape of what comes out of a branch's gradient.
    return tf.identity(values), lambda upstream: tf.reshape(upstream, tf.shape(values))


def _one_positive_at_a_time(pairs, positives, margin, form, window):
    @tf.custom_gradient
    def visited(positive, distance):
        turns = tf.transpose(tf.where(positives.real, positive, -FAR))
        most = tf.reduce_max(tf.math.count_nonzero(positives.real, axis=1, dtype=tf.int32))
        negative = tf.where(pairs.negative, distance, FAR)

        def one(turn, sums, active, slopes, pulls):
            gap = turns[turn][:, tf.newaxis] - negative
            losses, slope = triplet_penalty(gap, margin, form), triplet_slope(gap, margin, form)
            if window:
                losses, slope = (tf.where(gap < 0.0, values, 0.0) for values in (losses, slope))
            sums += tf.reduce_sum(losses, axis=1)
            active += tf.reduce_sum(tf.cast(losses > 0.0, tf.float32), axis=1)
            pulls = tf.tensor_scatter_nd_update(pulls, [[turn]], tf.reduce_sum(slope, axis=1)[tf.newaxis])
            return turn + 1, sums, active, slopes + slope, pulls

        nothing = tf.zeros_like(turns[0])
        start = (0, nothing, nothing, tf.zeros_like(distance), tf.zeros_like(turns))
        _, sums, active, slopes, pulls = tf.while_loop(lambda turn, *_: turn < most, one, start)

        def gradient(upstream, _):
            upstream = upstream[:, tf.newaxis]
            return upstream * tf.transpose(pulls), -upstream * slopes

        return (sums, active), gradient

    return visited(positives.distance, pairs.distance)


def _by_order(pairs, positives, candidates, margin, form, window):
    negatives = sorted_negatives(pairs)
    real = negatives < FAR
    # Only differences count, and sums around 0 keep more digits of them.
    middle = numerics.divide(tf.reduce_sum(tf.where(real, negatives, 0.0), axis=1), candidates)[:, tf.newaxis]
    middle = tf.stop_gradient(middle)
    inside = tf.where(real, negatives - middle, 0.0)
    powers = [inside, tf.square(inside)] if form == "squared" else [inside]
    reach = positives.distance + margin
    end = tf.searchsorted(negatives, reach, side="left")
    start = tf.searchsorted(negatives, positives.distance, side="right") if window else None
    end = tf.maximum(end, start) if window else end
    first, *second = (_between(tf.cumsum(values, axis=1), start, end) for values in powers)
    active, reach = tf.cast(end - start if window else end, tf.float32), reach - middle
    sums = active * reach - first
    if second:
        sums = active * tf.square(reach) - 2.0 * reach * first + second[0]
    return (tf.reduce_sum(tf.where(positives.real, values, 0.0), axis=1) for values in (sums, active))


def _between(prefix, start, end):
    """Sums of the values from `start` to `end` of each row, from prefix sums; from the first one without `start`."""
    sums = tf.where(end > 0, tf.gather(prefix, tf.maximum(end - 1, 0), batch_dims=1), 0.0)
    return sums if start is None else sums - _between(prefix, None, start)


def _one_anchor_at_a_time(pairs):
    """Sums of ln(1 + e^(d_ap − d_an)): no order helps here, and the gradient is made on the way."""
    positive, negative = tf.cast(pairs.positive, tf.float32), tf.cast(pairs.negative, tf.float32)

    @tf.custom_gradient
    def summed(distance):
        def one_anchor(row):
            d, p, n = row
            gap = d[:, tf.newaxis] - d
            triplets = p[:, tf.newaxis] * n
            slope = triplets * triplet_slope(gap, SOFT)
            value = tf.reduce_sum(triplets * triplet_penalty(gap, SOFT))
            return value, tf.reduce_sum(slope, axis=1) - tf.reduce_sum(slope, axis=0)

        signature = (
            tf.TensorSpec([], tf.float32),
            tf.TensorSpec([distance.shape[1]], tf.float32),
        )
        sums, slopes = tf.map_fn(one_anchor, (distance, positive, negative), fn_output_signature=signature)
        return sums, lambda upstream: upstream[:, tf.newaxis] * slopes

    return summed(pairs.distance)
