"""AdaCos: the scale follows from the number of classes, or from the batch (Zhang et al. 2019, arXiv 1905.00292)."""

import math
from dataclasses import dataclass

import tensorflow as tf

from .. import numerics, replicas
from ..margin import Margin, StateSpec

SCALE = "adacos_scale"


def adacos_scale(num_classes: int) -> float:
    """s = √2 ln(C − 1), the scale of `AdaCos` where it is fixed, and the first one where it moves."""
    if num_classes < 3:
        raise ValueError(f"AdaCos: expected at least 3 classes, so that √2 ln(C − 1) > 0, received {num_classes}")
    return math.sqrt(2.0) * math.log(num_classes - 1)


@dataclass(frozen=True)
class AdaCosMargin(Margin):
    """z_j = s cos θ_j, s = √2 ln(C − 1); or s ← ln B / cos(min(π/4, median θ_y)), B = mean_i Σ_{j≠y} e^{s cos θ_j}.

    B and the median are those of the global batch; nothing is differentiated through s.
    """

    dynamic: bool

    def state(self, sizes):
        return (StateSpec(SCALE, (), adacos_scale(sizes.classes)),) if self.dynamic else ()

    def summarised(self, scores, sample):
        return tf.stop_gradient(sample.state[SCALE] * scores) if self.dynamic else None

    def advance(self, sample):
        if not self.dynamic:
            return {}
        counted = replicas.gather(sample.counted)
        total = _log_mean_exp(replicas.gather(sample.others), counted)
        theta = _median(replicas.gather(numerics.angle(tf.stop_gradient(sample.target))), counted)
        # In a batch whose other cosines are low, few classes can make ln B ≤ 0, which is no scale: the old one stays.
        usable = tf.reduce_any(counted) & (total > 0.0)
        return {SCALE: tf.where(usable, total / tf.cos(tf.minimum(theta, math.pi / 4.0)), sample.state[SCALE])}

    def _scale(self, sample):
        return sample.state[SCALE] if self.dynamic else adacos_scale(sample.scored.num_classes)

    def target_logit(self, score, sample):
        return self._scale(sample) * score

    def other_logits(self, scores, sample):
        return self._scale(sample) * scores


def _log_mean_exp(values, counted):
    count = tf.maximum(tf.reduce_sum(tf.cast(counted, values.dtype)), 1.0)
    return tf.reduce_logsumexp(tf.where(counted, values, numerics.NEVER)) - tf.math.log(count)


def _median(values, counted):
    """Of the counted values; the mean of the middle two where their number is even."""
    ordered = tf.sort(tf.where(counted, values, values.dtype.max))
    last = tf.maximum(tf.reduce_sum(tf.cast(counted, tf.int32)) - 1, 0)
    return 0.5 * (ordered[last // 2] + ordered[(last + 1) // 2])
