import math

from .. import functional as F
from . import _check
from ._base import ClassLoss
from .registry import register


@register("combined")
class CombinedMargin(ClassLoss):
    r"""Combined margin: a factor and a margin on the own angle, and a margin on its cosine, all three together.

    `z_y = s (cos(m1 θ_y + m2) − m3)`, `z_j = s cos θ_j`, `L = −log softmax(z)_y`, for cosines (B, C) from a
    `CosineHead`. The formula as it is published: where m1 θ_y + m2 passes π the cosine rises again, without a rule for
    it as in `ArcFace`. (1, m, 0) is ArcFace with `boundary="none"`, (1, 0, m) is CosFace.

    Args:
        m1: the factor, m1 > 0.
        m2: the margin on the angle in radians, 0 ≤ m2 < π.
        m3: the margin on the cosine, m3 ≥ 0.
        scale: s > 0.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> round(float(tfface.CombinedMargin(m1=1.0, m2=0.0, m3=0.35)([0], [[0.9, 0.8]])), 4)
        16.0

    Reference:
        Deng, Guo, Xue, Zafeiriou: ArcFace: Additive Angular Margin Loss for Deep Face Recognition, 2019,
        arXiv 1801.07698.
    """

    def __init__(self, m1=1.0, m2=0.3, m3=0.2, scale=64.0, **kwargs):
        super().__init__(**kwargs)
        self.m1 = _check.number("m1", m1, 0.0, above=True)
        self.m2 = _check.number("m2", m2, 0.0, math.pi, below=True)
        self.m3 = _check.number("m3", m3, 0.0, 2.0, below=True)
        self.scale = _check.number("scale", scale, 0.0, above=True)

    @property
    def rule(self):
        return F.CombinedMargin(scale=self.scale, m1=self.m1, m2=self.m2, m3=self.m3)
