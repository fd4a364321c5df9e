"""Softmax over the partners of an anchor: SupCon (arXiv 2004.11362) and NT-Xent (arXiv 2002.05709) with labels."""

import tensorflow as tf

from . import numerics
from .pairs import Pairs, batch_mean


def supcon(pairs: Pairs, temperature=0.1):
    """−1/|P(i)| Σ_{p ∈ P(i)} ln(e^{s_ip/τ} / Σ_{a ≠ i} e^{s_ia/τ}): values (A,), their mean over those with positives.

    Args:
        pairs: of a batch.
        temperature: τ.
    """
    logits = pairs.similarity / temperature
    everyone = numerics.masked_logsumexp(logits, pairs.positive | pairs.negative)
    positives = tf.math.count_nonzero(pairs.positive, axis=1, dtype=tf.float32)
    own = numerics.divide(tf.reduce_sum(tf.where(pairs.positive, logits, 0.0), axis=1), positives)
    counted = positives > 0.0
    return batch_mean(tf.where(counted, everyone - own, 0.0), counted)


def ntxent(pairs: Pairs, temperature=0.1):
    """−ln(e^{s_ap/τ} / (e^{s_ap/τ} + Σ_n e^{s_an/τ})): values (A,), whose mean is that over all positive pairs.

    Args:
        pairs: of a batch.
        temperature: τ.
    """
    logits = pairs.similarity / temperature
    others = numerics.masked_logsumexp(logits, pairs.negative)[:, tf.newaxis]
    losses = tf.where(pairs.positive, tf.nn.softplus(others - logits), 0.0)
    return batch_mean(tf.reduce_sum(losses, axis=1), tf.math.count_nonzero(pairs.positive, axis=1, dtype=tf.float32))
