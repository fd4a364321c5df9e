"""L-Softmax: a multiplicative angular margin on dot products (Liu et al. 2016, arXiv 1612.02295)."""

from dataclasses import dataclass

import tensorflow as tf

from .. import numerics
from ..margin import NORM, WEIGHT_NORM
from .annealed import AnnealedMargin


@dataclass(frozen=True)
class LSoftmaxMargin(AnnealedMargin):
    """z_y = ‖W_y‖ ‖x‖ (λ cos θ_y + ψ(θ_y)) / (1 + λ), z_j = W_j·x."""

    inputs = "dot"
    needs = (NORM, WEIGHT_NORM)
    step = "l_softmax_step"

    def target_logit(self, score, sample):
        length = sample.weight_norm * sample.norm
        directed = length > numerics.SHORTEST
        cosine = tf.where(directed, score / tf.where(directed, length, 1.0), 0.0)
        return length * self.blended(cosine, sample)
