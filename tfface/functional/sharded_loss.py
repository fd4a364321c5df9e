"""The loss of a margin with the classes shared by the replicas: each scores the global batch against its own classes.

What travels is the embeddings, one score a sample, and the parts of the loss, a few numbers a sample. Each replica's
losses are those of its own samples; their gradients reach the class weights of all shares, as gathers and sums over
replicas have gradients.
"""

import tensorflow as tf

from . import numerics, replicas
from .class_loss import advance, settled
from .criterion import Criterion
from .labels import IGNORED
from .margin import NORM, WEIGHT_NORM, Sample, Scored
from .over_chunks import GREATEST, LOGSUMEXP


class ShardedLoss:
    """Cross-entropy with a margin, as `margin_loss` has it of all scores.

    Args:
        criterion: the margin and what belongs to it.
        scoring: the head's.
        labels: (B,) class ids of this replica's samples; -1 ignores the sample.
        columns: (global B,) which of this replica's classes is the own class; negative where none is.
        classes: (S,) ids of this replica's classes that take part.
        training: whether the state advances.
    """

    def __init__(self, criterion: Criterion, scoring, labels, columns, classes, training):
        self._criterion, self._margin, self._scoring = criterion, criterion.margin, scoring
        self._labels, self._columns, self._classes, self._training = labels, columns, classes, training
        self._mine = replicas.own_rows(tf.shape(labels)[0])

    def __call__(self, embeddings, weights, state):
        """Losses (B,) as of `margin_loss`, the new state by name, and scores (B, 2): the own and the best other one.

        Args:
            embeddings: (B, D), of this replica.
            weights: of its classes, a tuple of tensors.
            state: the margin's state by name.
        """
        embeddings = replicas.gather(embeddings)
        all_samples = self._samples(embeddings, weights, dict(state))
        mine = self._own(all_samples)
        scores = self._scoring.scores(self._margin.prepare(embeddings), weights)
        mine, advanced = advance(self._criterion, mine, lambda: self._summary(scores, all_samples))
        all_samples = all_samples._replace(state=mine.state, others=None)
        parts = self._criterion.parts(scores, self._columns, all_samples)
        parts[GREATEST] = tf.stop_gradient(self._best(scores))
        joined = {name: tf.gather(_joined(name, part), self._mine) for name, part in parts.items()}
        best = joined.pop(GREATEST)
        losses = self._criterion.losses(mine, joined)
        losses = settled(losses, self._labels, self._scoring.num_classes)
        return losses, advanced, tf.stack([mine.target, best], axis=1)

    def _samples(self, embeddings, weights, state):
        """What is known of the samples of the global batch."""
        here = self._columns >= 0
        columns = tf.where(here, self._columns, 0)

        def from_its_share(values):
            return replicas.total(tf.where(here, values, 0.0))

        margin, scoring = self._margin, self._scoring
        target = from_its_share(scoring.own_scores(margin.prepare(embeddings), weights, columns))
        norm = numerics.norm(embeddings) if NORM in margin.needs else None
        weight_norm = from_its_share(scoring.weight_norms(weights, columns)) if WEIGHT_NORM in margin.needs else None
        labels = replicas.gather(self._labels)
        size = int(embeddings.shape[-1])
        scored = Scored(None, labels, scoring.num_classes, norm, classes=self._classes, size=size)
        return Sample(target, state, labels != IGNORED, columns, scored, self._training, weight_norm=weight_norm)

    def _own(self, samples):
        """This replica's samples, of which the state and the own class are known as in a dense head."""
        scored = samples.scored
        rows = lambda values: None if values is None else tf.gather(values, self._mine)  # noqa: E731
        counted = self._labels != IGNORED
        own = tf.where(counted & (self._labels < scored.num_classes), self._labels, 0)
        scored = scored._replace(labels=self._labels, norm=rows(scored.norm), classes=None)
        return samples._replace(
            target=rows(samples.target), counted=counted, own=own, scored=scored, weight_norm=rows(samples.weight_norm)
        )

    def _summary(self, scores, samples):
        summary = self._criterion.summary(scores, self._columns, samples)
        return None if summary is None else tf.gather(_joined(LOGSUMEXP, summary), self._mine)

    def _best(self, scores):
        others = tf.not_equal(self._columns[:, tf.newaxis], tf.range(tf.shape(scores)[1]))
        return tf.reduce_max(tf.where(others, scores, numerics.NEVER), axis=1)


def _joined(name, part):
    """A part (global B,) over the classes of all replicas."""
    if name not in (LOGSUMEXP, GREATEST):
        return replicas.total(part)
    parts = replicas.gather(part[tf.newaxis])
    return tf.reduce_logsumexp(parts, axis=0) if name == LOGSUMEXP else tf.reduce_max(parts, axis=0)
