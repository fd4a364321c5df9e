"""Cross-entropy of a margin's logits when all scores are at hand: the `dense` engine."""

import math

import tensorflow as tf

from . import numerics, replicas
from .labels import IGNORED
from .margin import Margin, Sample


def margin_softmax(
    scores,
    labels,
    margin: Margin,
    norm=None,
    state=None,
    training=False,
    label_smoothing=0.0,
    filter_above=None,
):
    """Softmax cross-entropy with a margin: −log softmax(z)_y, z_y = target_logit(c_y), z_j = other_logits(c_j).

    Args:
        scores: (B, C) float32 cosines or dot products, as `margin.inputs` says.
        labels: (B,) int32 class ids; -1 ignores the sample.
        margin: the maps from scores to logits.
        norm: (B,) norms of the embeddings, for margins that need them.
        state: the margin's state by name.
        training: whether the state advances.
        label_smoothing: ε; the target distribution is (1 − ε) on the own class plus ε/C on each class.
        filter_above: scores of other classes above this are left out (label noise between classes).

    Returns:
        Per-sample losses (B,), whose mean over the global batch is the loss over the samples that are not ignored, and
        the new state by name.
    """
    counted = tf.not_equal(labels, IGNORED)
    own = tf.where(counted, labels, 0)
    sample = Sample(tf.gather(scores, own, batch_dims=1), norm, dict(state or {}), counted)
    advanced = margin.advance(sample) if training else {}
    sample = sample._replace(state={**sample.state, **advanced})

    target = margin.target_logit(sample.target, sample)
    logits = margin.other_logits(scores, sample)
    is_own = tf.equal(own[:, tf.newaxis], tf.range(tf.shape(scores)[1]))
    kept = None
    if filter_above is not None:
        kept = is_own | (scores <= filter_above)
        logits = tf.where(kept, logits, numerics.NEVER)
    logits = tf.where(is_own, target[:, tf.newaxis], logits)

    losses = tf.reduce_logsumexp(logits, axis=1) - target
    if label_smoothing:
        losses += label_smoothing * (target - _mean(logits, kept))
    penalty = margin.penalty(sample)
    if penalty is not None:
        losses += penalty
    # XLA drops the assertions on labels: an id beyond the classes must not pass as a loss.
    losses = tf.where(labels < tf.shape(scores)[1], losses, math.nan)
    return over_counted(losses, counted), advanced


def _mean(logits, kept):
    if kept is None:
        return tf.reduce_mean(logits, axis=1)
    kept = tf.cast(kept, logits.dtype)
    return tf.reduce_sum(kept * logits, axis=1) / tf.reduce_sum(kept, axis=1)


def over_counted(losses, counted):
    """Losses (B,) scaled so that their mean over the global batch is their mean over the counted samples."""
    counted = tf.cast(counted, losses.dtype)
    present = replicas.total(tf.reduce_sum(counted))
    batch = replicas.total(tf.reduce_sum(tf.ones_like(counted)))
    return tf.where(counted > 0.0, losses, 0.0) * numerics.divide(batch, present)
