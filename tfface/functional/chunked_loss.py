"""The loss of a margin chunk of classes by chunk: the matrix of all scores (B, C) never exists.

The other classes are visited once for the loss, and once more, with the scores computed anew, for its gradients: four
matmuls instead of three.
"""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from . import numerics
from .class_loss import advance, settled
from .criterion import Criterion
from .labels import IGNORED
from .margin import NORM, WEIGHT_NORM, Sample, Scored
from .over_chunks import GREATEST, LOGSUMEXP, added, over_chunks, pull_over_chunks


class Scoring(NamedTuple):
    """What a head computes from embeddings (B, D), its weights, a tuple of tensors, and class ids."""

    scores: Callable  # embeddings, weights, class ids (S,) → (B, S)
    own_scores: Callable  # embeddings, weights, class ids (B,) → (B,)
    weight_norms: Callable  # weights, class ids (B,) → (B,)
    num_classes: int


class ChunkedLoss:
    """Cross-entropy with a margin, as `margin_loss` has it of all scores.

    Args:
        criterion: the margin and what belongs to it.
        scoring: the head's.
        labels: (B,) class ids; -1 ignores the sample.
        chunk: how many classes are looked at at a time.
        training: whether the state advances.
    """

    def __init__(self, criterion: Criterion, scoring: Scoring, labels, chunk, training):
        self._criterion, self._margin, self._scoring = criterion, criterion.margin, scoring
        self._labels, self._training = labels, training
        self._counted = tf.not_equal(labels, IGNORED)
        self._own = tf.where(self._counted & (labels < scoring.num_classes), labels, 0)
        self._chunks = scoring.num_classes, chunk

    def __call__(self, embeddings, weights, state):
        """Losses (B,) as of `margin_loss`, the new state by name, and scores (B, 2): the own and the best other one.

        Args:
            embeddings: (B, D).
            weights: of the head, a tuple of tensors.
            state: the margin's state by name.
        """
        constant = tf.nest.map_structure(tf.stop_gradient, (embeddings, weights, dict(state)))
        sample = self._sample(*constant)
        sample, advanced = advance(self._criterion, sample, lambda: self._summary(constant, sample))
        losses, *scores = self._judged((embeddings, weights, {**state, **advanced}))
        return settled(losses, self._labels, self._scoring.num_classes), advanced, tf.stack(scores, axis=1)

    def _judged(self, sources):
        @tf.custom_gradient
        def judged(*flat):
            sample = self._sample(*_nested(flat))
            parts = over_chunks(lambda classes: self._parts(classes, _nested(flat), sample), *self._chunks)
            best = parts.pop(GREATEST)

            def gradient(upstream, *_):
                own = [tf.identity(source) for source in flat]
                with tf.GradientTape(persistent=True) as tape:
                    tape.watch(own)
                    again = self._sample(*_nested(own))
                    tape.watch(parts)
                    losses = self._criterion.losses(again, parts)
                known = _differentiable(again)

                def parts_of(classes, given):
                    sources, sample = _nested(given[: len(flat)]), _with(again, given[len(flat) :])
                    found = self._parts(classes, sources, sample)
                    return {name: part for name, part in found.items() if name != GREATEST}

                slopes = tape.gradient(losses, parts, upstream)
                pulled = pull_over_chunks(parts_of, [*own, *known], parts, slopes, *self._chunks)
                rest = tape.gradient([losses, *known], own, [upstream, *pulled[len(flat) :]])
                return [added(one, other) for one, other in zip(pulled, rest, strict=False)]

            return (self._criterion.losses(sample, parts), sample.target, best), gradient

        def _nested(flat):
            return tf.nest.pack_sequence_as(sources, flat)

        return judged(*tf.nest.flatten(sources))

    def _sample(self, embeddings, weights, state):
        margin, scoring = self._margin, self._scoring
        target = scoring.own_scores(margin.prepare(embeddings), weights, self._own)
        norm = numerics.norm(embeddings) if NORM in margin.needs else None
        weight_norm = scoring.weight_norms(weights, self._own) if WEIGHT_NORM in margin.needs else None
        scored = Scored(None, self._labels, scoring.num_classes, norm, size=int(embeddings.shape[-1]))
        return Sample(target, state, self._counted, self._own, scored, self._training, weight_norm=weight_norm)

    def _summary(self, sources, sample):
        if self._margin.summarised(sample.target[:, tf.newaxis], sample) is None:
            return None
        summary = lambda classes: self._over(self._criterion.summary, classes, sources, sample)  # noqa: E731
        return over_chunks(lambda classes: {LOGSUMEXP: summary(classes)}, *self._chunks)[LOGSUMEXP]

    def _parts(self, classes, sources, sample):
        def parts(scores, own, sample):
            others = tf.not_equal(own[:, tf.newaxis], tf.range(tf.shape(scores)[1]))
            best = tf.reduce_max(tf.where(others, scores, numerics.NEVER), axis=1)
            return self._criterion.parts(scores, own, sample) | {GREATEST: best}

        return self._over(parts, classes, sources, sample)

    def _over(self, function, classes, sources, sample):
        """A function of the scores of some classes, of the columns of the own classes, and of the sample."""
        embeddings, weights, state = sources
        scores = self._scoring.scores(self._margin.prepare(embeddings), weights, classes)
        scored = sample.scored._replace(classes=classes)
        return function(scores, self._own - classes[0], sample._replace(scored=scored, state=state))


def _differentiable(sample):
    """What of a sample has gradients."""
    return [value for value in (sample.target, sample.norm, sample.weight_norm) if value is not None]


def _with(sample, values):
    """The sample with others in place of what `_differentiable` gave."""
    values = iter(values)
    target, norm, weight_norm = (
        None if value is None else next(values) for value in (sample.target, sample.norm, sample.weight_norm)
    )
    return sample._replace(target=target, weight_norm=weight_norm, scored=sample.scored._replace(norm=norm))
