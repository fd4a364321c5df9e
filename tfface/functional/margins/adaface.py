"""AdaFace: the norm of an embedding tells how good its image is, and sets the margin (arXiv 2204.00964)."""

import math
from dataclasses import dataclass

import tensorflow as tf

from .. import numerics, replicas
from ..margin import NORM, StateSpec
from .normface import NormFaceMargin

MEAN, DEVIATION = "adaface_mean", "adaface_deviation"


@dataclass(frozen=True)
class AdaFaceMargin(NormFaceMargin):
    """z_y = s (cos(θ_y − m k) − (m + m k)), z_j = s cos θ_j, k = clip(h (‖x‖ − μ) / (σ + 1e-3), −1, 1).

    θ_y − m k is clipped to [0, π]. μ and σ are running statistics of the norms of the global batch; nothing is
    differentiated through k.
    """

    needs = (NORM,)

    margin: float
    concentration: float
    momentum: float

    def state(self, sizes):
        moved_by = ("momentum", self.momentum)
        return (StateSpec(MEAN, (), 20.0, moved_by=moved_by), StateSpec(DEVIATION, (), 100.0, moved_by=moved_by))

    def advance(self, sample):
        norms = replicas.gather(_safe(sample.norm))
        counted = replicas.gather(tf.cast(sample.counted, tf.float32))
        size = tf.reduce_sum(counted)
        mean = numerics.divide(tf.reduce_sum(counted * norms), size)
        deviation = tf.sqrt(tf.reduce_sum(counted * tf.square(norms - mean)) / tf.maximum(size - 1.0, 1.0))
        mean = tf.where(size > 0.0, mean, sample.state[MEAN])
        # One sample has no deviation: the running one stays.
        deviation = tf.where(size > 1.0, deviation, sample.state[DEVIATION])
        return {
            MEAN: self._moved(sample.state[MEAN], mean),
            DEVIATION: self._moved(sample.state[DEVIATION], deviation),
        }

    def _moved(self, old, new):
        return (1.0 - self.momentum) * old + self.momentum * new

    def target_logit(self, score, sample):
        state = sample.state
        quality = (_safe(sample.norm) - state[MEAN]) / (state[DEVIATION] + 1e-3)
        k = tf.clip_by_value(self.concentration * quality, -1.0, 1.0)
        # As published, the turned angle stays within [0, π]; beyond, its gradient is 0.
        turned = tf.cos(tf.clip_by_value(numerics.angle(score) - self.margin * k, 0.0, math.pi))
        return self.scale * (turned - self.margin * (1.0 + k))


def _safe(norm):
    return tf.stop_gradient(tf.clip_by_value(norm, 1e-3, 100.0))
