"""A margin's loss in the steps that every head engine takes: what it needs of the own class, and of the others.

What it needs of the other classes is a few numbers a sample, `parts`, that can be had of any share of the classes and
then be put together: so an engine may look at all classes at once, or at some after the others.
"""

from dataclasses import dataclass

import tensorflow as tf

from . import numerics
from .margin import Margin, Sample
from .over_others import others
from .parts import GREATEST, LOGSUMEXP, reduced

SUM, TO_YES, COUNT = "sum", "to_yes", "count"


@dataclass(frozen=True)
class Criterion:
    """−log softmax(z)_y, or the binary form, of a margin's logits z.

    Args:
        margin: the maps from scores to logits.
        label_smoothing: ε; the target distribution is (1 − ε) on the own class plus ε/C on each class.
        filter_above: scores of other classes above this are left out (label noise between classes).
    """

    margin: Margin
    label_smoothing: float = 0.0
    filter_above: float | None = None

    def summary(self, scores, own, sample: Sample):
        """As `parts`, what `advance` is given the log-sum-exp of; nothing if it needs none."""
        summary = self.margin.summarised(scores, sample)
        return {} if summary is None else {LOGSUMEXP: others(self._kept(summary, scores), own)}

    def parts(self, scores, own, sample: Sample) -> dict[str, tf.Tensor]:
        """What `losses` needs of some other classes: logits (B, S) for a log-sum-exp, and sums (B,).

        Args:
            scores: (B, S) of these classes.
            own: (B,) columns of the own classes; outside [0, S) where they are not among these.
            sample: what is known of each sample.
        """
        logits = self._kept(self.margin.other_logits(scores, sample), scores)
        weights = self.margin.binary_weights
        if weights is None and not self.label_smoothing:
            return {LOGSUMEXP: others(logits, own)}
        counted = tf.not_equal(own[:, tf.newaxis], tf.range(tf.shape(scores)[1])) & (logits > numerics.NEVER)
        logits = tf.where(counted, logits, numerics.NEVER)
        if weights is None:
            summed = {SUM: tf.where(counted, logits, 0.0)}
        else:
            positive, negative = weights
            summed = {SUM: negative * tf.nn.softplus(logits)}
        if self.label_smoothing:
            summed[COUNT] = tf.cast(counted, tf.float32)
            if weights is not None:
                yes = positive * tf.nn.softplus(tf.where(counted, -logits, numerics.NEVER))
                summed[TO_YES] = yes - summed[SUM]
        parts = {name: tf.reduce_sum(values, axis=1) for name, values in summed.items()}
        return parts if weights is not None else {LOGSUMEXP: logits, **parts}

    def numbers(self, scores, own, sample: Sample) -> dict[str, tf.Tensor]:
        """`parts` as numbers (B,) a sample."""
        return reduced(self.parts(scores, own, sample))

    def numbers_and_best(self, scores, own, sample: Sample) -> dict[str, tf.Tensor]:
        """The same, and the best score of these classes, without a gradient."""
        best = tf.reduce_max(others(tf.stop_gradient(scores), own), axis=1)
        return {**self.numbers(scores, own, sample), GREATEST: best}

    def losses(self, sample: Sample, parts):
        """Losses (B,) from the parts of all other classes, reduced to numbers a sample."""
        target = self.margin.target_logit(sample.target, sample)
        share = self.label_smoothing / (parts[COUNT] + 1.0) if self.label_smoothing else 0.0  # ε/C
        finish = self._softmax if self.margin.binary_weights is None else self._binary
        losses = finish(target, share, parts)
        penalty = self.margin.penalty(sample)
        return losses if penalty is None else losses + penalty

    def _softmax(self, target, share, parts):
        losses = tf.nn.softplus(parts[LOGSUMEXP] - target)
        if self.label_smoothing:
            losses += self.label_smoothing * target - share * (parts[SUM] + target)
        return losses

    def _binary(self, target, share, parts):
        positive, negative = self.margin.binary_weights
        yes, no = positive * tf.nn.softplus(-target), negative * tf.nn.softplus(target)
        losses = yes + parts[SUM]
        if self.label_smoothing:
            # Each class's own target moves by ε/C from "no" to "yes", the own class's by ε (1 − 1/C) the other way.
            losses += share * parts[TO_YES] + (self.label_smoothing - share) * (no - yes)
        return losses

    def _kept(self, values, scores):
        """`NEVER` in place of the classes that are left out."""
        return values if self.filter_above is None else tf.where(scores <= self.filter_above, values, numerics.NEVER)
