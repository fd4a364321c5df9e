"""SphereFace2: one binary classification a class (Wen et al. 2022, arXiv 2108.01513)."""

import math
from dataclasses import dataclass

import tensorflow as tf

from ..margin import Margin, StateSpec

BIAS = "sphereface2_bias"


def sphereface2_bias(num_classes, margin, scale, exponent, positive_weight):
    """b with which the loss is least, and so its two sides balance, where all cosines are 0.

    There (1 − λ)(C − 1) σ(a_i + b) = λ σ(−a_y − b), a_y = r (2^{1−t} − 1 − m), a_i = r (2^{1−t} − 1 + m): a quadratic
    equation in e^b. The paper's root is b = ln 2z − a_i − ln(1 − z + √((1 − z)² + 4z e^{a_y − a_i})),
    z = λ / ((1 − λ)(C − 1)), where 1 − z and the square root cancel for few classes; here they do not.
    """
    if num_classes < 2:
        raise ValueError(f"SphereFace2: expected at least 2 classes in a step, received {num_classes}")
    z = positive_weight / ((1.0 - positive_weight) * (num_classes - 1))
    middle = scale * (2.0 ** (1.0 - exponent) - 1.0)
    return 0.5 * math.log(z) - middle - math.asinh((1.0 - z) / (2.0 * math.sqrt(z)) * math.exp(scale * margin))


@dataclass(frozen=True)
class SphereFace2Margin(Margin):
    """z_y = r (g(cos θ_y) − m) + b, z_j = r (g(cos θ_j) + m) + b, g(c) = 2 ((c + 1) / 2)^t − 1, b learnt."""

    scale: float
    margin: float
    exponent: float
    positive_weight: float
    gradient: str = "exact"

    @property
    def binary_weights(self):
        return self.positive_weight / self.scale, (1.0 - self.positive_weight) / self.scale

    def state(self, sizes):
        initial = sphereface2_bias(sizes.scored, self.margin, self.scale, self.exponent, self.positive_weight)
        return (StateSpec(BIAS, (), initial, trainable=True),)

    def target_logit(self, score, sample):
        return self._logit(score, -self.margin, sample)

    def other_logits(self, scores, sample):
        return self._logit(scores, self.margin, sample)

    def _logit(self, cosine, margin, sample):
        # Rounding may leave a cosine below −1, of which there is no power.
        adjusted = 2.0 * tf.pow(tf.maximum(0.5 * (cosine + 1.0), 0.0), self.exponent) - 1.0
        if self.gradient == "straight_through":
            adjusted = cosine + tf.stop_gradient(adjusted - cosine)
        return self.scale * (adjusted + margin) + sample.state[BIAS]
