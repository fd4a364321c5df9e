"""AirFace, Li-ArcFace: logits linear in the angle (Li et al. 2019, arXiv 1907.12256)."""

import math
from dataclasses import dataclass

from .. import numerics
from .normface import NormFaceMargin


@dataclass(frozen=True)
class AirFaceMargin(NormFaceMargin):
    """z_y = s (π − 2(θ_y + m)) / π, z_j = s (π − 2θ_j) / π."""

    margin: float

    def target_logit(self, score, sample):
        return self._linear(numerics.angle(score) + self.margin)

    def other_logits(self, scores, sample):
        return self._linear(numerics.angle(scores))

    def _linear(self, theta):
        return self.scale * (1.0 - 2.0 / math.pi * theta)
