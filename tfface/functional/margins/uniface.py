"""UniFace: binary cross-entropies with a threshold that all classes share (Zhou et al., ICCV 2023)."""

import math
from dataclasses import dataclass

import tensorflow as tf

from ..margin import StateSpec
from .normface import NormFaceMargin

BIASES = ("shared", "per_class")


@dataclass(frozen=True)
class UniFaceMargin(NormFaceMargin):
    """z_y = s (cos θ_y − m) − b, z_j = s cos θ_j − b, with one learnt b, or b_j a class."""

    margin: float
    negative_weight: float
    bias: str

    @property
    def binary_weights(self):
        return 1.0, self.negative_weight

    @property
    def _name(self):
        return f"uniface_bias_{self.bias}"

    def state(self, sizes):
        shape = () if self.bias == "shared" else (sizes.classes,)
        return (StateSpec(self._name, shape, math.log(10.0 * sizes.scored), trainable=True),)

    def target_logit(self, score, sample):
        bias = self._bias(sample)
        own = bias if self.bias == "shared" else tf.gather(bias, sample.own)
        return self.scale * (score - self.margin) - own

    def other_logits(self, scores, sample):
        return self.scale * scores - self._bias(sample)

    def _bias(self, sample):
        """The bias, or those (S,) of the scored classes."""
        bias, classes = sample.state[self._name], sample.scored.classes
        return bias if self.bias == "shared" or classes is None else tf.gather(bias, classes)
