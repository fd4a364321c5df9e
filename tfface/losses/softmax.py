from .. import functional as F
from ._base import ClassLoss
from .registry import register


@register("softmax")
class Softmax(ClassLoss):
    r"""Softmax cross-entropy on dot products: the baseline every margin is measured against.

    `L = −log( e^{z_y} / Σ_j e^{z_j} )`, `z_j = W_j·x + b_j`, for scores (B, C) from a `LinearHead`.

    Args:
        label_smoothing: ε in [0, 1).
        filter_above: scores of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> float(tfface.Softmax()([0], [[0.0, 0.0]]))  # doctest: +ELLIPSIS
        0.69314...
    """

    @property
    def rule(self):
        return F.SoftmaxMargin()
