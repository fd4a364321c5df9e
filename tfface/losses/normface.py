from .. import functional as F
from . import _check
from ._base import ClassLoss
from .registry import register


@register("normface")
class NormFace(ClassLoss):
    r"""Softmax on scaled cosines: what every margin becomes when its margin is 0.

    `L = −log( e^{s cos θ_y} / Σ_j e^{s cos θ_j} )`, for cosines (B, C) from a `CosineHead`.

    Args:
        scale: s > 0, the radius of the sphere that embeddings are put on.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> round(float(tfface.NormFace(scale=30.0)([0], [[0.9, 0.8]])), 4)
        0.0486

    Reference:
        Wang, Xiang, Cheng, Yuille: NormFace: L2 Hypersphere Embedding for Face Verification, 2017, arXiv 1704.06369.
    """

    def __init__(self, scale=30.0, **kwargs):
        super().__init__(**kwargs)
        self.scale = _check.number("scale", scale, 0.0, above=True)

    @property
    def rule(self):
        return F.NormFaceMargin(scale=self.scale)
