"""The loss of a margin when all scores are at hand."""

import math

import tensorflow as tf

from . import numerics, replicas
from .criterion import Criterion
from .labels import IGNORED
from .margin import Sample, Scored
from .over_others import own_scores
from .parts import LOGSUMEXP, reduced


def margin_loss(scored: Scored, criterion: Criterion, state=None, training=False):
    """Cross-entropy with a margin: −log softmax(z)_y, or the binary form, of its logits z.

    Args:
        scored: scores (B, S) as `margin.inputs` says, labels (B,), and what else the margin needs.
        criterion: the margin and what belongs to it.
        state: the margin's state by name.
        training: whether the state advances.

    Returns:
        Per-sample losses (B,), whose mean over the global batch is the loss over the samples that are not ignored, and
        the new state by name.
    """
    counted = tf.not_equal(scored.labels, IGNORED)
    own = tf.where(counted, scored.labels, 0)
    target, scores = own_scores(scored.scores, own)
    weight_norm = None if scored.weight_norm is None else tf.gather(scored.weight_norm, own)
    sample = Sample(target, dict(state or {}), counted, own, scored, training, weight_norm=weight_norm)
    sample, advanced = advance(criterion, sample, lambda: reduced(criterion.summary(scores, own, sample)))
    losses = criterion.losses(sample, criterion.numbers(scores, own, sample))
    return settled(losses, scored.labels, tf.shape(scores)[1]), advanced


def advance(criterion: Criterion, sample: Sample, summary):
    """The sample with the state of this step, and that state by name.

    Args:
        criterion: whose margin's state it is.
        sample: with the state so far.
        summary: gives `Criterion.summary` of all other classes, reduced to numbers a sample.
    """
    if not sample.training:
        return sample, {}
    sample = sample._replace(others=summary().get(LOGSUMEXP))
    advanced = criterion.margin.advance(sample)
    return sample._replace(state={**sample.state, **advanced}), advanced


def settled(losses, labels, classes):
    """Losses (B,) whose mean over the global batch is that over the samples that are not ignored."""
    # XLA drops the assertions on labels: an id beyond the classes must not pass as a loss.
    losses = tf.where(labels < classes, losses, math.nan)
    return over_counted(losses, tf.not_equal(labels, IGNORED))


def over_counted(losses, counted):
    """Losses (B,) scaled so that their mean over the global batch is their mean over the counted samples."""
    counted = tf.cast(counted, losses.dtype)
    present = replicas.total(tf.reduce_sum(counted))
    batch = replicas.total(tf.reduce_sum(tf.ones_like(counted)))
    return tf.where(counted > 0.0, losses, 0.0) * numerics.divide(batch, present)
