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
    triplets = miner.pick(pairs)
    if triplets is None:
        pairs = miner.narrow(pairs)
        near, far = (pairs.distance, pairs.positive), (pairs.distance, pairs.negative)
    else:
        near, far = (triplets.positive, triplets.real), (triplets.negative, triplets.real)
    boundary = beta[:, tf.newaxis]
    losses = [
        tf.where(real, tf.nn.relu(side * (distance - boundary) + margin), 0.0)
        for side, (distance, real) in ((1.0, near), (-1.0, far))
    ]
    sums = sum(tf.reduce_sum(loss, axis=1) for loss in losses)
    active = sum(tf.math.count_nonzero(loss, axis=1) for loss in losses)
    return batch_mean(sums, active) + over_counted(regularization * beta, pairs.labels != IGNORED)
