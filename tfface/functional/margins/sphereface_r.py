"""SphereFace-R: SphereFace on normalised embeddings, with a real factor (Liu et al. 2022, arXiv 2109.05565)."""

import math
from dataclasses import dataclass

import tensorflow as tf

from .. import numerics
from .normface import NormFaceMargin


@dataclass(frozen=True)
class SphereFaceRMargin(NormFaceMargin):
    """z_y = s ψ(θ_y), z_j = s cos θ_j, ψ(θ) = (−1)^k cos(mθ) − 2k on θ ∈ [kπ/m, (k+1)π/m]."""

    margin: float
    gradient: str = "exact"

    def target_logit(self, score, sample):
        turned = self.margin * numerics.angle(score)
        k = tf.floor(turned / math.pi)
        logit = self.scale * ((1.0 - 2.0 * tf.math.floormod(k, 2.0)) * tf.cos(turned) - 2.0 * k)
        if self.gradient == "straight_through":
            # The paper's characteristic gradient detachment: d z_y / d cos θ_y = s.
            plain = self.scale * score
            logit = plain + tf.stop_gradient(logit - plain)
        return logit
