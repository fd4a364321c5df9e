"""The margin loss around a learnt distance β (Wu et al. 2017, arXiv 1706.07567)."""

import tensorflow as tf

from .class_loss import over_counted
from .labels import IGNORED
from .miners import Miner
from .pairs import Pairs, batch_mean


def distance_weighted_margin(pairs: Pairs, miner: Miner, beta, margin=0.2, regularization=0.0):
    """[d_ap − β + α]₊ and [β − d_an + α]₊: values (A,), whose mean is that over the pairs with a loss, plus ν mean β.

    Args:
        pairs: of a batch, before mining.
        miner: picks a negative for each positive, which may be the same one several times; or narrows the pairs.
        beta: β of each anchor, (A,).
        margin: α.
        regularization: ν.
    """
    boundary = beta[:, tf.newaxis]

    def sums_and_counts(near, far):
        losses = [
            tf.where(real, tf.nn.relu(side * (distance - boundary) + margin), 0.0)
            for side, (distance, real) in ((1.0, near), (-1.0, far))
        ]
        return (
            sum(tf.reduce_sum(loss, axis=1) for loss in losses),
            sum(tf.math.count_nonzero(loss, axis=1, dtype=tf.float32) for loss in losses),
        )

    def of_triplets(triplets):
        return sums_and_counts((triplets.positive, triplets.real), (triplets.negative, triplets.real))

    if miner.picks:
        sums, active = miner.over_triplets(pairs, of_triplets)
    else:
        mined = miner.narrow(pairs)
        sums, active = sums_and_counts((mined.distance, mined.positive), (mined.distance, mined.negative))
    return batch_mean(sums, active) + over_counted(regularization * beta, pairs.labels != IGNORED)
