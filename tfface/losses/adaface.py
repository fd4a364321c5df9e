import math

from .. import functional as F
from . import _check
from ._base import ClassLoss
from .registry import register


@register("adaface")
class AdaFace(ClassLoss):
    r"""AdaFace: hard samples count more where the image is good, less where it is bad; the norm tells which.

    `z_y = s (cos(θ_y − m k) − (m + m k))`, `z_j = s cos θ_j`, `k = clip(h (‖x‖ − μ) / (σ + 1e-3), −1, 1)`, θ_y − m k
    clipped to [0, π] with gradient 0 beyond, for cosines
    from a `CosineHead` in a `FaceModel`, whose weights are the running mean μ and deviation σ of the norms.

    Args:
        margin: m in radians, 0 ≤ m < π/2.
        scale: s > 0.
        concentration: h > 0, how much of the spread of norms is used.
        momentum: t_α in (0, 1], the weight of a batch in μ and σ.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or the loss is used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> tfface.AdaFace(margin=0.4).margin
        0.4

    Reference:
        Kim, Jain, Liu: AdaFace: Quality Adaptive Margin for Face Recognition, 2022, arXiv 2204.00964.
    """

    def __init__(self, margin=0.4, scale=64.0, concentration=0.333, momentum=0.01, **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.number("margin", margin, 0.0, math.pi / 2, below=True)
        self.scale = _check.number("scale", scale, 0.0, above=True)
        self.concentration = _check.number("concentration", concentration, 0.0, above=True)
        self.momentum = _check.number("momentum", momentum, 0.0, 1.0, above=True)

    @property
    def rule(self):
        return F.AdaFaceMargin(
            scale=self.scale, margin=self.margin, concentration=self.concentration, momentum=self.momentum
        )
