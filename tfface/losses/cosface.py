from .. import functional as F
from . import _check
from ._base import ClassLoss
from .registry import register


@register("cosface", am_softmax={"scale": 30.0})
class CosFace(ClassLoss):
    r"""CosFace (AM-Softmax): the own class must win by a margin on the cosine.

    `z_y = s (cos θ_y − m)`, `z_j = s cos θ_j`, `L = −log softmax(z)_y`, for cosines (B, C) from a `CosineHead`.

    Args:
        margin: m ≥ 0, a difference of cosines.
        scale: s > 0. AM-Softmax's paper trains with 30, CosFace's with 64.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> round(float(tfface.CosFace(margin=0.35, scale=64.0)([0], [[0.9, 0.8]])), 4)
        16.0

    Reference:
        Wang et al.: CosFace: Large Margin Cosine Loss for Deep Face Recognition, 2018, arXiv 1801.09414.
        Wang, Cheng, Liu, Liu: Additive Margin Softmax for Face Verification, 2018, arXiv 1801.05599.
    """

    def __init__(self, margin=0.35, scale=64.0, **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.number("margin", margin, 0.0, 2.0, below=True)
        self.scale = _check.number("scale", scale, 0.0, above=True)

    @property
    def rule(self):
        return F.CosFaceMargin(scale=self.scale, margin=self.margin)
