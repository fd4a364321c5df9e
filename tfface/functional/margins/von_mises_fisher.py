"""The likelihood of the own class's direction under the embedding's von Mises–Fisher distribution."""

from dataclasses import dataclass

import tensorflow as tf

from ..margin import NORM, Margin
from ..von_mises_fisher import von_mises_fisher


@dataclass(frozen=True)
class VonMisesFisherMargin(Margin):
    """No logits: all of the loss is a penalty on the norm κ, given where the classes are."""

    needs = (NORM,)

    @property
    def binary_weights(self):
        return 0.0, 0.0

    def penalty(self, sample):
        return von_mises_fisher(tf.stop_gradient(sample.target), sample.norm, sample.scored.size)
