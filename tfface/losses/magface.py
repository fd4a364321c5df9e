import math

from .. import functional as F
from . import _check
from ._base import ClassLoss
from .registry import register


@register("magface")
class MagFace(ClassLoss):
    r"""MagFace: long embeddings get a larger margin and a reward, so that the norm comes to tell the quality.

    `z_y = s cos(θ_y + m(a))` where cos θ_y > 0, else `s cos θ_y` (the easy margin of the published training);
    `z_j = s cos θ_j`; `L = −log softmax(z)_y + λ (a/u² + 1/a)`, with `a = clip(‖x‖, l, u)` and m(a) linear from m_l at
    l to m_u at u. Both m(a) and the last term are differentiated with respect to the norm. For cosines from a
    `CosineHead` in a `FaceModel` (it needs ‖x‖).

    Args:
        lower_margin: m_l in radians, 0 ≤ m_l < π/2.
        upper_margin: m_u in radians, m_l ≤ m_u < π/2.
        lower_norm: l > 0.
        upper_norm: u > l.
        norm_weight: λ ≥ 0.
        scale: s > 0.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or the loss is used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> tfface.MagFace().norm_weight
        35.0

    Reference:
        Meng, Zhao, Huang, Zhou: MagFace: A Universal Representation for Face Recognition and Quality Assessment, 2021,
        arXiv 2103.06627.
    """

    def __init__(
        self,
        lower_margin=0.45,
        upper_margin=0.8,
        lower_norm=10.0,
        upper_norm=110.0,
        norm_weight=35.0,
        scale=64.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.lower_margin = _check.number("lower_margin", lower_margin, 0.0, math.pi / 2, below=True)
        self.upper_margin = _check.number("upper_margin", upper_margin, lower_margin, math.pi / 2, below=True)
        self.lower_norm = _check.number("lower_norm", lower_norm, 0.0, above=True)
        self.upper_norm = _check.number("upper_norm", upper_norm, lower_norm, above=True)
        self.norm_weight = _check.number("norm_weight", norm_weight, 0.0)
        self.scale = _check.number("scale", scale, 0.0, above=True)

    @property
    def rule(self):
        return F.MagFaceMargin(
            scale=self.scale,
            lower_margin=self.lower_margin,
            upper_margin=self.upper_margin,
            lower_norm=self.lower_norm,
            upper_norm=self.upper_norm,
            norm_weight=self.norm_weight,
        )
