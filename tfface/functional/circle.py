"""The circle loss on pairs: each similarity is pulled as hard as it is far from its optimum (arXiv 2002.10857)."""

import tensorflow as tf

from . import numerics, replicas
from .pairs import Pairs, batch_mean, each_once

SCOPES = ("anchor", "batch")


def circle(pairs: Pairs, margin=0.4, scale=80.0, positive_optimum=None, negative_optimum=None, scope="anchor"):
    """ln(1 + Σ_n e^{γ α_n (s_n − m)} Σ_p e^{−γ α_p (s_p − 1 + m)}): per-anchor values (A,), whose mean is the loss.

    Args:
        pairs: of a batch, with cosines as similarities.
        margin: m.
        scale: γ.
        positive_optimum: O_p in α_p = [O_p − s_p]₊, which is not differentiated; 1 + m unless given.
        negative_optimum: O_n in α_n = [s_n − O_n]₊, which is not differentiated; −m unless given.
        scope: "anchor": the sums are over the pairs of an anchor; "batch": over the pairs of the batch, each once.
    """
    pairs = each_once(pairs) if scope == "batch" else pairs
    similarity = pairs.similarity
    pull = tf.nn.relu((1.0 + margin if positive_optimum is None else positive_optimum) - similarity)
    push = tf.nn.relu(similarity - (-margin if negative_optimum is None else negative_optimum))
    positive = numerics.masked_logsumexp(
        (-scale * tf.stop_gradient(pull)) * (similarity - (1.0 - margin)), pairs.positive
    )
    negative = numerics.masked_logsumexp((scale * tf.stop_gradient(push)) * (similarity - margin), pairs.negative)
    if scope == "batch":
        whole = _over_batch(positive) + _over_batch(negative)
        return tf.nn.softplus(whole) + tf.zeros_like(positive)
    both = (positive > numerics.NEVER / 2.0) & (negative > numerics.NEVER / 2.0)
    return batch_mean(tf.nn.softplus(positive + negative), both)


def _over_batch(per_anchor):
    """ln Σ e^v of values (A,) over the global batch, (1,)."""
    everyones = replicas.gather(per_anchor)[tf.newaxis]
    return numerics.masked_logsumexp(everyones, everyones > numerics.NEVER / 2.0)
