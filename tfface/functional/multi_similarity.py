"""The multi-similarity loss (Wang et al. 2019, arXiv 1904.06627)."""

import tensorflow as tf

from . import numerics
from .class_loss import over_counted
from .labels import IGNORED
from .pairs import Pairs


def multi_similarity(pairs: Pairs, alpha=2.0, beta=50.0, base=1.0):
    """ln(1 + Σ_p e^{−α (s_p − λ)}) / α + ln(1 + Σ_n e^{β (s_n − λ)}) / β: values (A,), whose mean is the loss.

    Args:
        pairs: of a batch.
        alpha: α.
        beta: β.
        base: λ.
    """
    similarity = pairs.similarity
    positive = numerics.masked_logsumexp(-alpha * similarity, pairs.positive) + alpha * base
    negative = numerics.masked_logsumexp(beta * similarity, pairs.negative) - beta * base
    losses = tf.nn.softplus(positive) / alpha + tf.nn.softplus(negative) / beta
    return over_counted(losses, pairs.labels != IGNORED)
