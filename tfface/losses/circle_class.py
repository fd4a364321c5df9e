from .. import functional as F
from . import _check
from ._base import ClassLoss
from .registry import register


@register("circle_class")
class CircleClassLoss(ClassLoss):
    r"""Circle loss with class labels: each cosine is pulled as hard as it is far from its optimum.

    `z_y = γ α_p (c_y − (1 − m))`, `z_j = γ α_n (c_j − m)`, `α_p = [1 + m − c_y]+`, `α_n = [c_j + m]+`,
    `L = −log softmax(z)_y`, for cosines (B, C) from a `CosineHead`. The weights α are not differentiated, as in the
    paper.

    Args:
        margin: m in [0, 1], the relaxation.
        scale: γ > 0.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> round(float(tfface.CircleClassLoss(margin=0.25, scale=256.0)([0], [[0.7, 0.4]])), 4)
        32.0

    Reference:
        Sun et al.: Circle Loss: A Unified Perspective of Pair Similarity Optimization, 2020, arXiv 2002.10857.
    """

    def __init__(self, margin=0.25, scale=256.0, **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.number("margin", margin, 0.0, 1.0)
        self.scale = _check.number("scale", scale, 0.0, above=True)

    @property
    def rule(self):
        return F.CircleClassMargin(scale=self.scale, margin=self.margin)
