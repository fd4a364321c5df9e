"""The loss of a margin when all scores are at hand: the map to logits, then softmax or binary cross-entropy."""

import math

import tensorflow as tf

from . import numerics, replicas
from .labels import IGNORED
from .margin import Margin, Sample, Scored


def margin_loss(scored: Scored, margin: Margin, state=None, training=False, label_smoothing=0.0, filter_above=None):
    """Cross-entropy with a margin: −log softmax(z)_y, or the binary form, of its logits z.

    Args:
        scored: scores (B, S) as `margin.inputs` says, labels (B,), and what else the margin needs.
        margin: the maps from scores to logits.
        state: the margin's state by name.
        training: whether the state advances.
        label_smoothing: ε; the target distribution is (1 − ε) on the own class plus ε/C on each class.
        filter_above: scores of other classes above this are left out (label noise between classes).

    Returns:
        Per-sample losses (B,), whose mean over the global batch is the loss over the samples that are not ignored, and
        the new state by name.
    """
    scores, labels = scored.scores, scored.labels
    counted = tf.not_equal(labels, IGNORED)
    own = tf.where(counted, labels, 0)
    sample = Sample(tf.gather(scores, own, batch_dims=1), dict(state or {}), counted, own, scored, training)
    is_own = tf.equal(own[:, tf.newaxis], tf.range(tf.shape(scores)[1]))
    kept = None if filter_above is None else is_own | (scores <= filter_above)

    advanced = {}
    if training:
        summary = margin.summarised(scores, sample)
        if summary is not None:
            counts = ~is_own if kept is None else ~is_own & kept
            sample = sample._replace(others=tf.reduce_logsumexp(tf.where(counts, summary, numerics.NEVER), axis=1))
        advanced = margin.advance(sample)
        sample = sample._replace(state={**sample.state, **advanced})

    target = margin.target_logit(sample.target, sample)
    logits = margin.other_logits(scores, sample)
    if kept is not None:
        logits = tf.where(kept, logits, numerics.NEVER)
    reduce = _softmax if margin.binary_weights is None else _binary
    losses = reduce(margin, target, logits, is_own, kept, label_smoothing)
    penalty = margin.penalty(sample)
    if penalty is not None:
        losses += penalty
    # XLA drops the assertions on labels: an id beyond the classes must not pass as a loss.
    losses = tf.where(labels < tf.shape(scores)[1], losses, math.nan)
    return over_counted(losses, counted), advanced


def _softmax(_, target, logits, is_own, kept, label_smoothing):
    logits = tf.where(is_own, target[:, tf.newaxis], logits)
    losses = tf.reduce_logsumexp(logits, axis=1) - target
    if label_smoothing:
        losses += label_smoothing * (target - _sum(logits, kept) / _classes(logits, kept))
    return losses


def _binary(margin, target, logits, is_own, kept, label_smoothing):
    positive, negative = margin.binary_weights
    logits = tf.where(is_own, numerics.NEVER, logits)
    losses = positive * tf.nn.softplus(-target) + negative * tf.reduce_sum(tf.nn.softplus(logits), axis=1)
    if label_smoothing:
        # Each class's own target moves by ε/C from "no" to "yes", the own class's by ε (1 − 1/C) from "yes" to "no".
        part = label_smoothing / _classes(logits, kept)
        others = ~is_own if kept is None else ~is_own & kept
        safe = tf.where(others, logits, 0.0)
        to_yes = positive * tf.nn.softplus(-safe) - negative * tf.nn.softplus(safe)
        to_no = negative * tf.nn.softplus(target) - positive * tf.nn.softplus(-target)
        losses += part * _sum(to_yes, others) + (label_smoothing - part) * to_no
    return losses


def _sum(values, kept):
    return tf.reduce_sum(values if kept is None else tf.cast(kept, values.dtype) * values, axis=1)


def _classes(logits, kept):
    return _sum(tf.ones_like(logits), kept)


def over_counted(losses, counted):
    """Losses (B,) scaled so that their mean over the global batch is their mean over the counted samples."""
    counted = tf.cast(counted, losses.dtype)
    present = replicas.total(tf.reduce_sum(counted))
    batch = replicas.total(tf.reduce_sum(tf.ones_like(counted)))
    return tf.where(counted > 0.0, losses, 0.0) * numerics.divide(batch, present)
