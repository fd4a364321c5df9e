"""SphereFace, A-Softmax: a multiplicative angular margin (Liu et al. 2017, arXiv 1704.08063)."""

from dataclasses import dataclass

import tensorflow as tf

from ..margin import NORM
from .annealed import AnnealedMargin


@dataclass(frozen=True)
class SphereFaceMargin(AnnealedMargin):
    """z_y = ‖x‖ (λ cos θ_y + ψ(θ_y)) / (1 + λ), z_j = ‖x‖ cos θ_j."""

    needs = (NORM,)
    step = "sphereface_step"

    def target_logit(self, score, sample):
        return sample.norm * self.blended(score, sample)

    def other_logits(self, scores, sample):
        return sample.norm[:, tf.newaxis] * scores
