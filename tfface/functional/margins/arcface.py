"""ArcFace: a margin on the angle (Deng et al. 2019, arXiv 1801.07698)."""

from dataclasses import dataclass

import tensorflow as tf

from .. import numerics
from .normface import NormFaceMargin

BOUNDARIES = ("linear", "easy", "reflect", "clamp", "none")
GRADIENTS = ("exact", "straight_through")


def turned(cosine, margin, boundary="linear"):
    """cos(θ + m), elementwise from cos θ (B,), with one margin or one a sample, and a rule for θ + m > π."""
    # Without leaving the cosine: no acos, and the one derivative that blows up is sine's.
    moved = cosine * tf.cos(margin) - numerics.sine(cosine) * tf.sin(margin)
    inside = (cosine > -tf.cos(margin)) | (margin <= 0.0)  # θ + m < π
    if boundary == "linear":
        return tf.where(inside, moved, cosine - margin * tf.sin(margin))
    if boundary == "easy":
        return tf.where(cosine > 0.0, moved, cosine)
    if boundary == "reflect":
        return tf.where(inside, moved, -2.0 - moved)
    if boundary == "clamp":
        return tf.where(inside, moved, -1.0)
    return moved


@dataclass(frozen=True)
class ArcFaceMargin(NormFaceMargin):
    """z_y = s cos(θ_y + m), z_j = s cos θ_j, and a rule for θ_y + m > π, where the cosine would rise again."""

    margin: float
    boundary: str = "linear"
    gradient: str = "exact"

    def target_logit(self, score, sample):
        logit = self.scale * turned(score, self.margin, self.boundary)
        if self.gradient == "straight_through":
            # The value of the margin, the gradient of the plain cosine: d z_y / d cos θ_y = s.
            plain = self.scale * score
            logit = plain + tf.stop_gradient(logit - plain)
        return logit
