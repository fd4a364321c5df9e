"""MV-Softmax: misclassified classes weigh more (Wang et al. 2020, arXiv 1912.00833)."""

from dataclasses import dataclass

import tensorflow as tf

from ..margin import Margin
from .normface import NormFaceMargin

BASES = ("arc", "am")


@dataclass(frozen=True)
class MVSoftmaxMargin(Margin):
    """z_y as ArcFace or AM-Softmax; z_j = s ((t + 1) cos θ_j + t) where s cos θ_j > z_y, else s cos θ_j."""

    base: NormFaceMargin
    emphasis: float

    def target_logit(self, score, sample):
        return self.base.target_logit(score, sample)

    def other_logits(self, scores, sample):
        plain = self.base.other_logits(scores, sample)
        hard = plain > self.target_logit(sample.target, sample)[:, tf.newaxis]
        return tf.where(hard, (self.emphasis + 1.0) * plain + self.emphasis * self.base.scale, plain)
