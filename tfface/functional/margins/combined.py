"""The three margins together: factor, angle and cosine (Deng et al. 2019, arXiv 1801.07698)."""

from dataclasses import dataclass

import tensorflow as tf

from .. import numerics
from .normface import NormFaceMargin


@dataclass(frozen=True)
class CombinedMargin(NormFaceMargin):
    """z_y = s (cos(m1 θ_y + m2) − m3), z_j = s cos θ_j."""

    m1: float
    m2: float
    m3: float

    def target_logit(self, score, sample):
        return self.scale * (tf.cos(self.m1 * numerics.angle(score) + self.m2) - self.m3)
