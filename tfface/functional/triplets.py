"""Triplet losses over a batch (Schroff et al. 2015, arXiv 1503.03832; Hermans et al. 2017, arXiv 1703.07737).

Every mining works on the (A, K) matrix of distances: memory is O(B²), never O(B³). The negatives of an anchor are
sorted once; a positive then finds by binary search how many of them are nearer, and prefix sums give their sum.
"""

import tensorflow as tf

from . import numerics
from .pairs import Pairs, batch_mean

FORMS = ("hinge", "squared")
AVERAGES = ("active", "all")
# Stands for "no such pair" among distances; finite, so that prefix sums and gradients stay finite.
FAR = 1e30


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


def mined(pairs: Pairs, mining, margin, form="hinge", average="active", seed=0):
    """Triplet loss of a batch: per-anchor values (A,) whose mean over the global batch is the mean over triplets.

    Args:
        pairs: distances and masks from `batch_pairs`.
        mining: "all", "hard", "semi-hard", "semi-hard-all" or "distance-weighted".
        margin: m, or "soft".
        form: "hinge" or "squared".
        average: "active" divides by the triplets with a loss above 0, "all" by every triplet mined.
        seed: of the draws of "distance-weighted", which expects squared distances of unit vectors.
    """
    if mining == "all" and margin == "soft":
        sums, counts = _every_soft(pairs)
    elif mining in ("all", "semi-hard-all"):
        sums, active, every = _every_hinge(pairs, margin, form, window=mining == "semi-hard-all")
        counts = active if average == "active" else every
    else:
        gap, valid = _MINED[mining](pairs, seed)
        losses = tf.where(valid, penalty(tf.where(valid, gap, 0.0), margin, form), 0.0)
        counts = losses > 0.0 if average == "active" else valid
        sums, counts = tf.reduce_sum(losses, axis=1), tf.math.count_nonzero(counts, axis=1)
    return batch_mean(sums, counts)


def _hard(pairs, _):
    """The farthest positive and the nearest negative of each anchor, (A, 1)."""
    positive = tf.reduce_max(tf.where(pairs.positive, pairs.distance, -FAR), axis=1, keepdims=True)
    negative = tf.reduce_min(tf.where(pairs.negative, pairs.distance, FAR), axis=1, keepdims=True)
    return positive - negative, (positive > -FAR) & (negative < FAR)


def _semi_hard(pairs, _):
    """For each positive the nearest negative farther than it, or else the farthest negative, (A, K)."""
    negatives = _sorted_negatives(pairs)
    last = tf.math.count_nonzero(pairs.negative, axis=1, keepdims=True, dtype=tf.int32) - 1
    nearer = tf.searchsorted(negatives, pairs.distance, side="right")
    chosen = tf.gather(negatives, tf.clip_by_value(nearer, 0, tf.maximum(last, 0)), batch_dims=1)
    return pairs.distance - chosen, pairs.positive & (last >= 0)


def _distance_weighted(pairs, seed):
    """For each positive a negative drawn with probability ∝ 1/q(d) (Wu et al. 2017, arXiv 1706.07567), (A, K).

    The draw is a function of the seed and of the batch alone, so a run repeats, with and without XLA.
    """
    weights = tf.stop_gradient(_inverse_density(pairs))
    reached = tf.cumsum(weights, axis=1)
    draw = tf.random.stateless_uniform(tf.shape(weights), [seed, tf.bitcast(tf.reduce_sum(pairs.distance), tf.int32)])
    chosen = tf.searchsorted(reached, draw * reached[:, -1:], side="right")
    chosen = tf.minimum(chosen, tf.shape(weights)[1] - 1)
    some = tf.reduce_any(pairs.negative, axis=1, keepdims=True)
    return pairs.distance - tf.gather(pairs.distance, chosen, batch_dims=1), pairs.positive & some


def _inverse_density(pairs, nearest=0.5, farthest=1.4):
    """1/q(d), q(d) ∝ d^(D−2) (1 − d²/4)^((D−3)/2) as between random unit vectors, from squared distances.

    Distances below `nearest` weigh as much as it does (the paper's cut-off, against noise); negatives beyond
    `farthest`, which have no loss, are drawn only where there are no others.
    """
    squared = tf.clip_by_value(pairs.distance, nearest**2, 3.99)
    log_density = (pairs.dimension - 2.0) / 2.0 * tf.math.log(squared)
    log_density += (pairs.dimension - 3.0) / 2.0 * tf.math.log(1.0 - squared / 4.0)
    eligible = pairs.negative & (pairs.distance < farthest**2)
    eligible |= pairs.negative & ~tf.reduce_any(eligible, axis=1, keepdims=True)
    log_weight = tf.where(eligible, -log_density, numerics.NEVER)
    return tf.where(eligible, tf.exp(log_weight - tf.reduce_max(log_weight, axis=1, keepdims=True)), 0.0)


_MINED = {"hard": _hard, "semi-hard": _semi_hard, "distance-weighted": _distance_weighted}
MININGS = ("all", "hard", "semi-hard", "semi-hard-all", "distance-weighted", "none")


def _sorted_negatives(pairs):
    return tf.sort(tf.where(pairs.negative, pairs.distance, FAR), axis=1)


def _every_hinge(pairs, margin, form, window):
    """Sums, active counts and counts of [d_ap − d_an + m]₊ over all triplets of each anchor, (A,) each.

    With `window`, only the semi-hard ones: negatives farther than the positive.
    """
    negatives = _sorted_negatives(pairs)
    reach = pairs.distance + margin
    count = tf.searchsorted(negatives, reach, side="left")
    nearer = tf.searchsorted(negatives, pairs.distance, side="right") if window else tf.zeros_like(count)
    count = tf.maximum(count, nearer)

    def sum_between(values):
        prefix = tf.pad(tf.cumsum(values, axis=1), [[0, 0], [1, 0]])
        return tf.gather(prefix, count, batch_dims=1) - tf.gather(prefix, nearer, batch_dims=1)

    active = tf.cast(count - nearer, tf.float32)
    candidates = tf.math.count_nonzero(pairs.negative, axis=1, keepdims=True, dtype=tf.int32)
    real = negatives < FAR
    # Only differences count, and sums around 0 keep more digits of them.
    middle = numerics.divide(tf.reduce_sum(tf.where(real, negatives, 0.0), axis=1, keepdims=True), candidates)
    middle = tf.stop_gradient(middle)
    inside, reach = tf.where(real, negatives - middle, 0.0), reach - middle
    sums = active * reach - sum_between(inside)
    if form == "squared":
        sums = active * tf.square(reach) - 2.0 * reach * sum_between(inside) + sum_between(tf.square(inside))
    positive = tf.cast(pairs.positive, tf.float32)
    every = tf.cast(count - nearer if window else candidates + tf.zeros_like(count), tf.float32)
    return tuple(
        tf.reduce_sum(positive * tf.where(pairs.positive, values, 0.0), axis=1) for values in (sums, active, every)
    )


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
