"""Triplet losses over a batch (Schroff et al. 2015, arXiv 1503.03832; Hermans et al. 2017, arXiv 1703.07737).

Every mining works on the (A, K) matrix of distances: memory is O(B²), never O(B³).
"""

import tensorflow as tf

from . import miners
from .every_triplet import every_triplet
from .pairs import Pairs, batch_mean
from .triplet_penalty import SOFT, triplet_penalty

AVERAGES = ("active", "all")
# All negatives between d_ap and d_ap + m: the one mining that knows the margin.
WINDOW = "semi-hard-all"


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
            losses = tf.where(triplets.real, triplet_penalty(gap, margin, form), 0.0)
            counts = losses > 0.0 if average == "active" else triplets.real
            return tf.reduce_sum(losses, axis=1), tf.math.count_nonzero(counts, axis=1)

        return batch_mean(*miner.over_triplets(pairs, sums_and_counts))
    sums, active, every = every_triplet(miner.narrow(pairs), margin, form, window)
    # Each triplet has a loss above 0 under a soft margin, be it one that float32 rounds to 0.
    return batch_mean(sums, active if average == "active" and margin != SOFT else every)


def given_triplets(embeddings, distance_between, margin, form="hinge"):
    """Triplet loss of explicit triplets, embeddings (B, 3, D) as anchor, positive, negative → (B,)."""
    anchor, positive, negative = tf.unstack(embeddings, axis=1)
    return triplet_penalty(distance_between(anchor, positive) - distance_between(anchor, negative), margin, form)
