import math

from .. import functional as F
from . import _check
from ._base import ClassLoss
from .registry import register


@register("airface")
class AirFace(ClassLoss):
    r"""AirFace (Li-ArcFace): logits linear in the angle, so that a margin on it keeps its meaning up to π.

    `z_y = s (π − 2(θ_y + m)) / π`, `z_j = s (π − 2θ_j) / π`, `L = −log softmax(z)_y`, for cosines (B, C) from a
    `CosineHead`.

    Args:
        margin: m in radians, 0 ≤ m < π.
        scale: s > 0.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> round(float(tfface.AirFace(margin=0.0, scale=1.0)([0], [[1.0, -1.0]])), 4)
        0.1269

    Reference:
        Li, Wang, Hu, Leng: AirFace: Lightweight and Efficient Model for Face Recognition, 2019, arXiv 1907.12256.
    """

    def __init__(self, margin=0.45, scale=64.0, **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.number("margin", margin, 0.0, math.pi, below=True)
        self.scale = _check.number("scale", scale, 0.0, above=True)

    @property
    def rule(self):
        return F.AirFaceMargin(scale=self.scale, margin=self.margin)
