"""Triplet losses over a batch (Schroff et al. 2015, arXiv 1503.03832; Hermans et al. 2017, arXiv 1703.07737).

Every mining works on the (A, K) matrix of distances: memory is O(B²), never O(B³). A miner picks a negative for each
positive, or all triplets count: then the negatives of an anchor are sorted once, a positive finds by binary search how
many of them are nearer, and prefix sums give their sum.
"""

import tensorflow as tf

from . import miners, numerics
from .miners import FAR, over_positives, sorted_negatives
from .pairs import Pairs, batch_mean

FORMS = ("hinge", "squared")
AVERAGES = ("active", "all")
# All negatives between d_ap and d_ap + m: the one mining that knows the margin.
WINDOW = "semi-hard-all"


def penalty(gap, margin, form="hinge"):
    """Loss of given triplets from d_ap − d_an: [gap + m]₊, its square, or for margin "soft" ln(1 + e^gap).

    Example:
        >>> import tfface
        >>> print(tfface.functional.triplet_penalty([-0.5, 0.1], margin=0.2).numpy())
        [0.  0.3]
    """
    gap = numerics.as_float32(gap)
    if margin == "soft":
        return tf.nn.softplus(gap)
    hinge = tf.nn.relu(gap + margin)
    return tf.square(hinge) if form == "squared" else hinge


def mined(pairs: Pairs, mining, margin, form="hinge", average="active"):
    """Triplet loss of a batch: per-anchor values (A,) whose mean over the global batch is the mean over triplets.

    Args:
        pairs: distances and masks from `batch_pairs`.
        mining: a name or an object of `tfface.miners`, or "semi-hard-all".
        margin: m, or "soft".
        form: "hinge" or "squared".
        average: "active" divides by the triplets with a loss above 0, "all" by every triplet mined.
    """
    window = mining == WINDOW
    miner = miners.get("all" if window else mining)
    if miner.picks:

        def sums_and_counts(triplets):
            gap = tf.where(triplets.real, triplets.positive - triplets.negative, 0.0)
            losses = tf.where(triplets.real, penalty(gap, margin, form), 0.0)
            counts = losses > 0.0 if average == "active" else triplets.real
            return tf.reduce_sum(losses, axis=1), tf.math.count_nonzero(counts, axis=1)

        return batch_mean(*miner.over_triplets(pairs, sums_and_counts))
    pairs = miner.narrow(pairs)
    if margin == "soft":
        return batch_mean(*_every_soft(pairs))
    sums, active, every = _every_hinge(pairs, margin, form, window)
    return batch_mean(sums, active if average == "active" else every)


def _every_hinge(pairs, margin, form, window):
    """Sums, active counts and counts of [d_ap − d_an + m]₊ over all triplets of each anchor, (A,) each.

    With `window`, only the semi-hard ones: negatives farther than the positive.
    """
    negatives = sorted_negatives(pairs)
    candidates = tf.math.count_nonzero(pairs.negative, axis=1, keepdims=True, dtype=tf.int32)
    real = negatives < FAR
    # Only differences count, and sums around 0 keep more digits of them.
    middle = numerics.divide(tf.reduce_sum(tf.where(real, negatives, 0.0), axis=1, keepdims=True), candidates)
    middle = tf.stop_gradient(middle)
    inside = tf.where(real, negatives - middle, 0.0)
    powers = [inside, tf.square(inside)] if form == "squared" else [inside]
    prefixes = [tf.cumsum(values, axis=1) for values in powers]

    def sums_and_counts(positives):
        reach = positives.distance + margin
        count = tf.searchsorted(negatives, reach, side="left")
        nearer = tf.searchsorted(negatives, positives.distance, side="right") if window else None
        count = tf.maximum(count, nearer) if window else count
        first, *second = (_between(prefix, nearer, count) for prefix in prefixes)
        active, reach = tf.cast(count - nearer if window else count, tf.float32), reach - middle
        sums = active * reach - first
        if second:
            sums = active * tf.square(reach) - 2.0 * reach * first + second[0]
        every = active if window else tf.cast(candidates, tf.float32) + tf.zeros_like(active)
        return tuple(tf.reduce_sum(tf.where(positives.real, values, 0.0), axis=1) for values in (sums, active, every))

    return over_positives(pairs, sums_and_counts)


def _between(prefix, start, end):
    """Sums of the values from `start` to `end` of each row, from prefix sums; from the first one without `start`."""
    sums = tf.where(end > 0, tf.gather(prefix, tf.maximum(end - 1, 0), batch_dims=1), 0.0)
    return sums if start is None else sums - _between(prefix, None, start)


def _every_soft(pairs):
    """Sums of ln(1 + e^(d_ap − d_an)) over all triplets of each anchor, and their counts, (A,) each.

    No order helps here: every triplet is visited, one anchor after the other, and the gradient is made on the way, so
    that memory stays O(B²).
    """
    positive, negative = tf.cast(pairs.positive, tf.float32), tf.cast(pairs.negative, tf.float32)
    counts = tf.reduce_sum(positive, axis=1) * tf.reduce_sum(negative, axis=1)

    @tf.custom_gradient
    def summed(distance):
        def one_anchor(row):
            d, p, n = row
            gap = d[:, tf.newaxis] - d
            triplets = p[:, tf.newaxis] * n
            slope = triplets * tf.sigmoid(gap)
            value = tf.reduce_sum(triplets * tf.nn.softplus(gap))
            return value, tf.reduce_sum(slope, axis=1) - tf.reduce_sum(slope, axis=0)

        signature = (
            tf.TensorSpec([], tf.float32),
            tf.TensorSpec([distance.shape[1]], tf.float32),
        )
        sums, slopes = tf.map_fn(one_anchor, (distance, positive, negative), fn_output_signature=signature)
        return sums, lambda upstream: upstream[:, tf.newaxis] * slopes

    return summed(pairs.distance), counts


def given_triplets(embeddings, distance_between, margin, form="hinge"):
    """Triplet loss of explicit triplets, embeddings (B, 3, D) as anchor, positive, negative → (B,)."""
    anchor, positive, negative = tf.unstack(embeddings, axis=1)
    return penalty(distance_between(anchor, positive) - distance_between(anchor, negative), margin, form)
