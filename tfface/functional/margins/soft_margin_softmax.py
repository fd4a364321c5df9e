"""Soft-margin softmax: a margin on the dot product (Liang et al. 2017)."""

from dataclasses import dataclass

from .softmax import SoftmaxMargin


@dataclass(frozen=True)
class SoftMarginSoftmaxMargin(SoftmaxMargin):
    """z_y = W_y·x + b_y − m, z_j = W_j·x + b_j."""

    margin: float

    def target_logit(self, score, sample):
        return score - self.margin
