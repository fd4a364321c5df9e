"""What SphereFace and L-Softmax share: an own angle that counts m times, brought in slowly."""

import math
from dataclasses import dataclass
from typing import ClassVar

import tensorflow as tf

from ..margin import Margin, StateSpec


def psi(cosine, m: int):
    """ψ(θ) = (−1)^k cos(mθ) − 2k on θ ∈ [kπ/m, (k+1)π/m]: cos(mθ) made monotone. Elementwise, from cos θ."""
    multiple = _chebyshev(cosine, m)
    # ψ's k counts the bounds kπ/m that θ has passed; it is constant between them and has no gradient.
    k = tf.add_n([tf.cast(cosine < math.cos(i * math.pi / m), cosine.dtype) for i in range(1, m + 1)])
    sign = 1.0 - 2.0 * tf.math.floormod(k, 2.0)
    return sign * multiple - 2.0 * k


def _chebyshev(cosine, m: int):
    """cos(mθ), a polynomial in cos θ: exact gradients, no acos."""
    before, now = tf.ones_like(cosine), cosine
    for _ in range(m - 1):
        before, now = now, 2.0 * cosine * now - before
    return now


@dataclass(frozen=True)
class AnnealedMargin(Margin):
    """(λ cos θ_y + ψ(θ_y)) / (1 + λ) for the own cos θ_y, λ = max(λ_min, λ_start / (1 + decay · step))."""

    step: ClassVar[str]  # name of the state

    margin: int
    lambda_start: float
    lambda_decay: float
    lambda_min: float

    @property
    def _annealed(self):
        return self.lambda_start > self.lambda_min

    def state(self, sizes):
        return (StateSpec(self.step, ()),) if self._annealed else ()

    def advance(self, sample):
        return {self.step: sample.state[self.step] + 1.0} if self._annealed else {}

    def _lambda(self, sample):
        if not self._annealed:
            return self.lambda_min
        return tf.maximum(self.lambda_start / (1.0 + self.lambda_decay * sample.state[self.step]), self.lambda_min)

    def blended(self, cosine, sample):
        """(λ cos θ + ψ(θ)) / (1 + λ)."""
        weight = self._lambda(sample)
        return (weight * cosine + psi(cosine, self.margin)) / (1.0 + weight)
