"""MagFace: the norm sets the margin and is drawn to what the margin allows (Meng et al. 2021, arXiv 2103.06627)."""

from dataclasses import dataclass

import tensorflow as tf

from ..margin import NORM
from .arcface import turned
from .normface import NormFaceMargin


@dataclass(frozen=True)
class MagFaceMargin(NormFaceMargin):
    """z_y = s cos(θ_y + m(a)) where cos θ_y > 0, else s cos θ_y; z_j = s cos θ_j; a = clip(‖x‖, l, u).

    m(a) rises linearly from the lower to the upper margin and is differentiated; a further loss λ (a/u² + 1/a)
    rewards long embeddings.
    """

    needs = (NORM,)

    lower_margin: float
    upper_margin: float
    lower_norm: float
    upper_norm: float
    norm_weight: float

    def _magnitude(self, sample):
        return tf.clip_by_value(sample.norm, self.lower_norm, self.upper_norm)

    def target_logit(self, score, sample):
        slope = (self.upper_margin - self.lower_margin) / (self.upper_norm - self.lower_norm)
        margin = self.lower_margin + slope * (self._magnitude(sample) - self.lower_norm)
        return self.scale * turned(score, margin, "easy")

    def penalty(self, sample):
        a = self._magnitude(sample)
        return self.norm_weight * (a / self.upper_norm**2 + 1.0 / a)
