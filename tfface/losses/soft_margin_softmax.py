from .. import functional as F
from . import _check
from ._base import ClassLoss
from .registry import register


@register("soft_margin_softmax")
class SoftMarginSoftmax(ClassLoss):
    r"""Soft-margin softmax: the own class must win by a margin on the dot product.

    `z_y = W_y·x + b_y − m`, `z_j = W_j·x + b_j`, `L = −log softmax(z)_y`, for scores (B, C) from a `LinearHead`.

    Args:
        margin: m ≥ 0, a difference of scores.
        label_smoothing: ε in [0, 1).
        filter_above: scores of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> round(float(tfface.SoftMarginSoftmax(margin=0.5)([0], [[0.5, 0.0]])), 4)
        0.6931

    Reference:
        Liang, Wang, Lei, Liao, Li: Soft-Margin Softmax for Deep Classification, ICONIP 2017.
    """

    def __init__(self, margin=0.5, **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.number("margin", margin, 0.0)

    @property
    def rule(self):
        return F.SoftMarginSoftmaxMargin(margin=self.margin)
