import math

from .. import functional as F
from ..functional.margins.arcface import BOUNDARIES, GRADIENTS
from . import _check
from ._base import ClassLoss
from .registry import register


@register("arcface")
class ArcFace(ClassLoss):
    r"""ArcFace: the own class must win by a margin on the angle.

    `z_y = s cos(θ_y + m)`, `z_j = s cos θ_j`, `L = −log softmax(z)_y`, for cosines (B, C) from a `CosineHead`.

    Args:
        margin: m in radians, 0 ≤ m < π.
        scale: s > 0.
        boundary: what happens where θ_y + m passes π and the cosine would rise again.
            `"linear"`: `cos θ_y − m sin m` (the published code); `"easy"`: the margin only where cos θ_y > 0;
            `"reflect"`: `−2 − cos(θ_y + m)`, continuous and falling; `"clamp"`: −1; `"none"`: the bare cosine.
        gradient: `"exact"`, the derivative of the formula (near θ = 0 it is infinite; sin θ is taken as at least
            1e-3 there), or `"straight_through"`, d z_y / d cos θ_y = s, with which arcface_torch trains.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> round(float(tfface.ArcFace(margin=0.5, scale=64.0)([0], [[0.9, 0.8]])), 4)
        14.0258

    Reference:
        Deng, Guo, Xue, Zafeiriou: ArcFace: Additive Angular Margin Loss for Deep Face Recognition, 2019,
        arXiv 1801.07698.
    """

    def __init__(self, margin=0.5, scale=64.0, boundary="linear", gradient="exact", **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.number("margin", margin, 0.0, math.pi, below=True)
        self.scale = _check.number("scale", scale, 0.0, above=True)
        self.boundary = _check.choice("boundary", boundary, BOUNDARIES)
        self.gradient = _check.choice("gradient", gradient, GRADIENTS)

    @property
    def rule(self):
        return F.ArcFaceMargin(scale=self.scale, margin=self.margin, boundary=self.boundary, gradient=self.gradient)
