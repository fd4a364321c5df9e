"""COCO, congenerous cosine: the scale that a number of classes asks for (Liu et al. 2017, arXiv 1710.00870)."""

import math
from dataclasses import dataclass

from ..margin import Margin


def coco_scale(num_classes: int, epsilon: float) -> float:
    """α = ½ ln((C − 1) / (e^ε − 1)), with which the loss can fall to ε and no further.

    The least loss that cosines allow has c_y = 1 and all other c_j = −1: ln(1 + (C − 1) e^{−2α}), which this α makes ε.
    """
    if not epsilon < math.log(num_classes):
        raise ValueError(
            f"epsilon: expected less than ln C = {math.log(num_classes):.4g} for C = {num_classes} classes, "
            f"received {epsilon!r}"
        )
    return 0.5 * math.log((num_classes - 1) / math.expm1(epsilon))


@dataclass(frozen=True)
class COCOMargin(Margin):
    """z_j = α cos θ_j, with α from the number of classes."""

    epsilon: float

    def target_logit(self, score, sample):
        return coco_scale(sample.scored.num_classes, self.epsilon) * score

    def other_logits(self, scores, sample):
        return coco_scale(sample.scored.num_classes, self.epsilon) * scores
