import math

from .. import functional as F
from . import _check
from ._pairs import PairLoss
from .registry import register


@register("tuplet_margin")
class TupletMargin(PairLoss):
    r"""Tuplet margin loss: N-pair on scaled cosines, with slack for positives, and a bound on how pairs may scatter.

    `L = ln(1 + Σ_n e^{s (cos θ_an − cos(θ_ap − β))})`, the mean over positive pairs (a, p), n over all negatives of a.
    With `variance_weight` λ > 0 plus λ times the intra-pair variance loss
    `E[((1−ε) E[cos θ_ap] − cos θ_ap)₊²] + E[(cos θ_an − (1+ε) E[cos θ_an])₊²]`, with means over the pairs of the batch.

    Args:
        margin: β in radians, in [0, π/2): positives nearer than that are close enough.
        scale: s > 0.
        variance_weight: λ ≥ 0; 0.5 is usual.
        epsilon: ε in [0, 1).
        mining: `"all"` pairs of the batch, another name of `tfface.miners`, or an object of it.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> round(float(tfface.TupletMargin(scale=4.0)([0, 0, 1], [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])), 4)
        0.517

    Reference:
        Yu, Tao: Deep Metric Learning with Tuplet Margin Loss, ICCV 2019.
    """

    settled = ("distance", "normalize")

    def __init__(self, margin=0.1, scale=64.0, variance_weight=0.0, epsilon=0.01, mining="all", **kwargs):
        super().__init__("cosine", True, mining, **kwargs)
        self.margin = _check.number("margin", margin, 0.0, math.pi / 2, below=True)
        self.scale = _check.number("scale", scale, 0.0, above=True)
        self.variance_weight = _check.number("variance_weight", variance_weight, 0.0)
        self.epsilon = _check.number("epsilon", epsilon, 0.0, 1.0, below=True)

    def pair_losses(self, pairs, state):
        losses = F.tuplet_margin(pairs, self.margin, self.scale)
        if self.variance_weight:
            losses += self.variance_weight * F.intra_pair_variance(pairs, self.epsilon)
        return losses
