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
from .over_others import own_scores
from .parts import GREATEST, LOGSUMEXP, joined, reduced


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
        prepared = self._scoring.prepare(self._margin.prepare(embeddings))
        scores = self._scoring.scores(prepared, weights, self._scoring.known(weights))
        target, scores = own_scores(scores, tf.maximum(self._columns, 0))
        all_samples = self._samples(embeddings, target, weights, dict(state))
        mine = self._own(all_samples)
        mine, advanced = advance(self._criterion, mine, lambda: self._summary(scores, all_samples))
        all_samples = all_samples._replace(state=mine.state, others=None)
        parts = self._joined(self._criterion.numbers_and_best(scores, self._columns, all_samples))
        best = parts.pop(GREATEST)
        losses = self._criterion.losses(mine, parts)
        losses = settled(losses, self._labels, self._scoring.num_classes)
        return losses, advanced, tf.stack([mine.target, best], axis=1)

    def _samples(self, embeddings, target, weights, state):
        """What is known of the samples of the global batch; of the own score, by the one replica that has it."""
        here = self._columns >= 0
        columns = tf.where(here, self._columns, 0)

        def from_its_share(values):
            return replicas.total(tf.where(here, values, 0.0))

        margin, scoring = self._margin, self._scoring
        target = from_its_share(target)
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
        return self._joined(reduced(self._criterion.summary(scores, self._columns, samples)))

    def _joined(self, parts):
        """Parts (B,) of all classes from those (global B,) of this replica's."""
        return {name: tf.gather(_of_all_replicas(name, part), self._mine) for name, part in parts.items()}


def _of_all_replicas(name, part):
    """A part (global B,) over the classes of all replicas."""
    if name not in (LOGSUMEXP, GREATEST):
        return replicas.total(part)
    return joined(name, replicas.gather(part[tf.newaxis]))
