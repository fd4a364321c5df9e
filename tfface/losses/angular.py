import math

from .. import functional as F
from ..functional.tuplets import LARGEST_ALPHA
from . import _check
from ._pairs import PairLoss
from .registry import register


@register("angular")
class Angular(PairLoss):
    r"""Angular loss: bounds the angle at the negative of a triangle of anchor, positive and negative.

    `L = ln(1 + Σ_n e^{4 tan²α (x_a + x_p)·x_n − 2 (1 + tan²α) x_a·x_p})` on unit vectors, the mean over positive pairs
    (a, p), n over all negatives. The paper's joint loss is `tfface.NPairs() + 2 * tfface.Angular()`.

    Args:
        alpha: α in radians, in (0, π/3]: the angle under which a positive pair may be seen from a negative. The paper
            takes 36° to 55°; beyond 60° e^{4 tan²α …} leaves float32.
        mining: `"all"` pairs of the batch, another name of `tfface.miners`, or an object of it.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> round(float(tfface.Angular()([0, 0, 1], [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])), 4)
        1.1711

    Reference:
        Wang, Zhou, Wen, Liu, Lin: Deep Metric Learning with Angular Loss, ICCV 2017, arXiv 1708.01682.
    """

    settled = ("distance", "normalize")
    takes_memory = False  # the negatives of the positive are needed, too

    def __init__(self, alpha=math.pi / 4, mining="all", **kwargs):
        super().__init__("cosine", True, mining, **kwargs)
        self.alpha = _check.number("alpha", alpha, 0.0, LARGEST_ALPHA, above=True)

    def pair_losses(self, pairs, state):
        return F.angular(pairs, self.alpha)
