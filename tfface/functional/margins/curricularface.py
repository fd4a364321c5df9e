"""CurricularFace: hard classes count little at first and more later (Huang et al. 2020, arXiv 2004.00288)."""

from dataclasses import dataclass

import tensorflow as tf

from .. import numerics, replicas
from ..margin import StateSpec
from .arcface import ArcFaceMargin

PROGRESS = "curricularface_t"


@dataclass(frozen=True)
class CurricularFaceMargin(ArcFaceMargin):
    """z_y = s cos(θ_y + m); z_j = s cos θ_j (t + cos θ_j) where s cos θ_j > z_y, else s cos θ_j.

    t is the running mean of cos θ_y over the global batch; nothing is differentiated through it.
    """

    momentum: float = 0.01

    def state(self, sizes):
        return (StateSpec(PROGRESS, ()),)

    def advance(self, sample):
        counted = tf.cast(sample.counted, tf.float32)
        cosines = counted * tf.stop_gradient(sample.target)
        count = replicas.total(tf.reduce_sum(counted))
        mean = numerics.divide(replicas.total(tf.reduce_sum(cosines)), count)
        old = sample.state[PROGRESS]
        return {PROGRESS: tf.where(count > 0.0, (1.0 - self.momentum) * old + self.momentum * mean, old)}

    def other_logits(self, scores, sample):
        plain = self.scale * scores
        hard = plain > self.target_logit(sample.target, sample)[:, tf.newaxis]
        return tf.where(hard, plain * (sample.state[PROGRESS] + scores), plain)
