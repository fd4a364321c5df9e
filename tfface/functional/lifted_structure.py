"""The lifted structured losses (Song et al. 2016, arXiv 1511.06452; Hermans et al. 2017, arXiv 1703.07737)."""

import tensorflow as tf

from . import replicas
from .pairs import Pairs, batch_mean
from .tuplets import log_sum_exp

FORMS = ("plain", "generalized")


def lifted_structure(pairs: Pairs, margin=1.0, form="plain"):
    """Lifted structured loss of a batch: per-anchor values (A,) whose mean over the global batch is the loss.

    Args:
        pairs: of a batch, at Euclidean distances; every partner is an anchor too.
        margin: m.
        form: "plain": ½ [ln(Σ_n e^(m − d_in) + Σ_n e^(m − d_jn)) + d_ij]₊², the mean over positive pairs (i, j);
            "generalized": [ln Σ_p e^d_ap + ln Σ_n e^(m − d_an)]₊, the mean over anchors.
    """
    distance = pairs.distance
    push = log_sum_exp(margin - distance, pairs.negative)
    some = tf.reduce_any(pairs.negative, axis=1, keepdims=True)
    if form == "generalized":
        valid = some & tf.reduce_any(pairs.positive, axis=1, keepdims=True)
        losses = tf.nn.relu(log_sum_exp(distance, pairs.positive) + push)
    else:
        valid = some & pairs.positive
        both = push + tf.nn.softplus(replicas.gather(push)[:, 0] - push)
        losses = 0.5 * tf.square(tf.nn.relu(both + distance))
    return batch_mean(
        tf.reduce_sum(tf.where(valid, losses, 0.0), axis=1), tf.math.count_nonzero(valid, axis=1, dtype=tf.float32)
    )
