"""ArcFace: a margin on the angle (Deng et al. 2019, arXiv 1801.07698)."""

import math
from dataclasses import dataclass

import tensorflow as tf

from .. import numerics
from .normface import NormFaceMargin

BOUNDARIES = ("linear", "easy", "reflect", "clamp", "none")
GRADIENTS = ("exact", "straight_through")


@dataclass(frozen=True)
class ArcFaceMargin(NormFaceMargin):
    """z_y = s cos(θ_y + m), z_j = s cos θ_j, and a rule for θ_y + m > π, where the cosine would rise again."""

    margin: float
    boundary: str = "linear"
    gradient: str = "exact"

    def target_logit(self, score, sample):
        logit = self.scale * self._moved(score)
        if self.gradient == "straight_through":
            # The value of the margin, the gradient of the plain cosine: d z_y / d cos θ_y = s.
            plain = self.scale * score
            logit = plain + tf.stop_gradient(logit - plain)
        return logit

    def _moved(self, cosine):
        m = self.margin
        # cos(θ + m) without leaving the cosine: no acos, and the one derivative that blows up is sine's.
        moved = cosine * math.cos(m) - numerics.sine(cosine) * math.sin(m)
        inside = cosine > math.cos(math.pi - m)  # θ + m < π
        if self.boundary == "linear":
            return tf.where(inside, moved, cosine - m * math.sin(m))
        if self.boundary == "easy":
            return tf.where(cosine > 0.0, moved, cosine)
        if self.boundary == "reflect":
            return tf.where(inside, moved, -2.0 - moved)
        if self.boundary == "clamp":
            return tf.where(inside, moved, -1.0)
        return moved
