"""L2-Softmax: softmax on embeddings of one fixed norm (Ranjan et al. 2017, arXiv 1703.09507)."""

import math
from dataclasses import dataclass

from .. import numerics
from ..margin import EMBEDDING
from .softmax import SoftmaxMargin


@dataclass(frozen=True)
class L2SoftmaxMargin(SoftmaxMargin):
    """z_j = W_j·(α x̂) + b_j."""

    needs = (EMBEDDING,)

    alpha: float

    def prepare(self, embeddings):
        return self.alpha * numerics.normalize(embeddings)


def l2_softmax_alpha(num_classes: int, probability: float = 0.9) -> float:
    """ln(p (C − 2) / (1 − p)): the least α with which a well learnt sample can reach probability p among C classes.

    The bound supposes class weights of norm 1 that point away from each other, so that most other classes score 0.
    """
    if num_classes < 3:
        raise ValueError(f"num_classes: expected a whole number of at least 3, received {num_classes!r}")
    if not 0.0 < probability < 1.0:
        raise ValueError(f"probability: expected a number in (0, 1), received {probability!r}")
    return math.log(probability * (num_classes - 2) / (1.0 - probability))
