import math

from .. import functional as F
from ..functional.margins.mv_softmax import BASES
from . import _check
from ._base import ClassLoss
from .registry import register


@register("mv_softmax")
class MVSoftmax(ClassLoss):
    r"""MV-Softmax: classes that beat the own one (margin and all) weigh more.

    `z_j = s ((t + 1) cos θ_j + t)` for a hard class, `s cos θ_j > z_y`, else `z_j = s cos θ_j`;
    `z_y = s cos(θ_y + m)` (as `ArcFace`) or `s (cos θ_y − m)` (as `CosFace`), `L = −log softmax(z)_y`, for cosines
    (B, C) from a `CosineHead`.

    Args:
        base: `"arc"` or `"am"`: the own class' margin on the angle or on the cosine.
        margin: m ≥ 0; None for 0.5 with `"arc"`, 0.35 with `"am"`.
        scale: s > 0.
        emphasis: t ≥ 0, how much more a hard class weighs; 0 leaves the margin alone.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> round(float(tfface.MVSoftmax(base="am", emphasis=0.2)([0], [[0.9, 0.8]])), 4)
        19.52

    Reference:
        Wang, Zhang, Wang, Fu, Shi, Mei: Mis-classified Vector Guided Softmax Loss for Face Recognition, 2020,
        arXiv 1912.00833.
    """

    def __init__(self, base="arc", margin=None, scale=32.0, emphasis=0.2, **kwargs):
        super().__init__(**kwargs)
        self.base = _check.choice("base", base, BASES)
        high = math.pi if base == "arc" else 2.0
        self.margin = None if margin is None else _check.number("margin", margin, 0.0, high, below=True)
        self.scale = _check.number("scale", scale, 0.0, above=True)
        self.emphasis = _check.number("emphasis", emphasis, 0.0)

    @property
    def rule(self):
        margin, default = (F.ArcFaceMargin, 0.5) if self.base == "arc" else (F.CosFaceMargin, 0.35)
        base = margin(scale=self.scale, margin=default if self.margin is None else self.margin)
        return F.MVSoftmaxMargin(base=base, emphasis=self.emphasis)
