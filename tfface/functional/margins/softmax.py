"""Plain softmax on dot products: the baseline, and the joint partner of the losses over centres."""

from dataclasses import dataclass

from ..margin import Margin


@dataclass(frozen=True)
class SoftmaxMargin(Margin):
    """z_j = W_j·x + b_j."""

    inputs = "dot"
