import math

from .. import functional as F
from . import _check
from ._base import ClassLoss
from .registry import register


@register("curricularface")
class CurricularFace(ClassLoss):
    r"""CurricularFace: classes that beat the own one count little at first, and more as training succeeds.

    `z_j = s cos θ_j (t + cos θ_j)` for a hard class, `s cos θ_j > z_y`, else `z_j = s cos θ_j`;
    `z_y = s cos(θ_y + m)` as `ArcFace`, `L = −log softmax(z)_y`, for cosines from a `CosineHead` in a `FaceModel`,
    whose weight is t: 0 at first, then `t ← (1 − momentum) t + momentum · mean(cos θ_y)` over the global batch (ignored
    samples left out) before each use, and never differentiated.

    Args:
        margin: m in radians, 0 ≤ m < π.
        scale: s > 0.
        momentum: in (0, 1], the weight of a batch in t.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or the loss is used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> tfface.CurricularFace().needs
        'weights of its own'

    Reference:
        Huang et al.: CurricularFace: Adaptive Curriculum Learning Loss for Deep Face Recognition, 2020,
        arXiv 2004.00288.
    """

    def __init__(self, margin=0.5, scale=64.0, momentum=0.01, **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.number("margin", margin, 0.0, math.pi, below=True)
        self.scale = _check.number("scale", scale, 0.0, above=True)
        self.momentum = _check.number("momentum", momentum, 0.0, 1.0, above=True)

    @property
    def rule(self):
        return F.CurricularFaceMargin(scale=self.scale, margin=self.margin, momentum=self.momentum)
