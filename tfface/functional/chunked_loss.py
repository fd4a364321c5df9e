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
from .over_chunks import added, over_chunks, pull_over_chunks
from .parts import GREATEST, reduced, slope


class Scoring(NamedTuple):
    """What a head computes from embeddings (B, D), its weights, a tuple of tensors, and class ids."""

    prepare: Callable  # embeddings → what is scored
    known: Callable  # weights → what of them is computed once, a tuple
    scores: Callable  # what is scored, weights of S classes, what is known of them → (B, S)
    own_scores: Callable  # what is scored, weights, class ids (B,) → (B,)
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
        state = dict(state)
        constant = tf.nest.map_structure(tf.stop_gradient, (embeddings, state, weights))
        known = self._scoring.known(constant[-1])
        prepared, sample = self._sample(*constant)
        tables = constant[-1], known
        sample, advanced = advance(self._criterion, sample, lambda: self._summary(prepared, sample, tables))
        losses, *scores = self._judged(known, embeddings, {**state, **advanced}, weights)
        return settled(losses, self._labels, self._scoring.num_classes), advanced, tf.stack(scores, axis=1)

    def _judged(self, known, *sources):
        def weights_and_sample(flat):
            embeddings, state, weights = tf.nest.pack_sequence_as(sources, flat)
            return weights, *self._sample(embeddings, state, weights)

        @tf.custom_gradient
        def judged(*flat):
            weights, prepared, sample = weights_and_sample(flat)
            parts = self._over(self._criterion.numbers_and_best, (weights, known), prepared, sample)
            best = parts.pop(GREATEST)

            def gradient(upstream, *_):
                given = [tf.identity(source) for source in flat]
                with tf.GradientTape(persistent=True) as tape:
                    tape.watch([given, parts])
                    weights, prepared, sample = weights_and_sample(given)
                    losses = self._criterion.losses(sample, parts)
                slopes = tape.gradient(losses, parts, upstream)
                of_weights, of_others = self._pull(weights, known, prepared, sample, parts, slopes)
                others = [prepared, *_differentiable(sample)]
                direct = tape.gradient([losses, *others], given, [upstream, *of_others])
                rest, own_rows = direct[: -len(weights)], direct[-len(weights) :]
                return [*rest, *(added(*pair) for pair in zip(of_weights, own_rows, strict=True))]

            return (self._criterion.losses(sample, parts), sample.target, best), gradient

        return judged(*tf.nest.flatten(sources))

    def _sample(self, embeddings, state, weights):
        """What of the embeddings is scored, and what is known of each sample."""
        margin, scoring = self._margin, self._scoring
        prepared = scoring.prepare(margin.prepare(embeddings))
        target = scoring.own_scores(prepared, weights, self._own)
        norm = numerics.norm(embeddings) if NORM in margin.needs else None
        weight_norm = scoring.weight_norms(weights, self._own) if WEIGHT_NORM in margin.needs else None
        scored = Scored(None, self._labels, scoring.num_classes, norm, size=int(embeddings.shape[-1]))
        sample = Sample(target, state, self._counted, self._own, scored, self._training, weight_norm=weight_norm)
        return prepared, sample

    def _summary(self, prepared, sample, tables):
        if self._margin.summarised(sample.target[:, tf.newaxis], sample) is None:
            return {}
        return self._over(lambda *scored: reduced(self._criterion.summary(*scored)), tables, prepared, sample)

    def _over(self, numbers, tables, prepared, sample):
        """Numbers a sample of scores (B, S), the columns of the own classes and the samples, over all chunks."""

        def of_chunk(classes, rows):
            scores = self._scoring.scores(prepared, *rows)
            return numbers(scores, self._own - classes[0], _of_classes(sample, classes))

        return over_chunks(of_chunk, tables, *self._chunks)

    def _pull(self, weights, known, prepared, sample, parts, slopes):
        """The gradients of parts with respect to the weights, and to what is scored and `_differentiable`."""
        sources = [prepared, *_differentiable(sample)]

        def gradients_of(classes, rows, known):
            own = [tf.identity(source) for source in sources]
            with tf.GradientTape() as tape:
                tape.watch([own, rows])
                scores = self._scoring.scores(own[0], rows, known)
                again = _of_classes(_with(sample, own[1:]), classes)
                found = self._criterion.parts(scores, self._own - classes[0], again)
            outputs = {name: slope(name, part, parts[name], slopes[name]) for name, part in found.items()}
            return tape.gradient(found, [rows, own], outputs, tf.UnconnectedGradients.ZERO)

        return pull_over_chunks(gradients_of, weights, known, sources, *self._chunks)


def _of_classes(sample, classes):
    return sample._replace(scored=sample.scored._replace(classes=classes))


def _differentiable(sample):
    """What of a sample the parts of the loss may depend on."""
    return tf.nest.flatten(_known(sample))


def _with(sample, values):
    """The sample with others in place of what `_differentiable` gave."""
    known = tf.nest.pack_sequence_as(_known(sample), values)
    changed = {name: known.get(name) for name in ("target", "weight_norm", "state")}
    return sample._replace(scored=sample.scored._replace(norm=known.get("norm")), **changed)


def _known(sample):
    known = {"target": sample.target, "norm": sample.norm, "weight_norm": sample.weight_norm, "state": sample.state}
    return {name: value for name, value in known.items() if value is not None}
