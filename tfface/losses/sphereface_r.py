from .. import functional as F
from ..functional.margins.arcface import GRADIENTS
from . import _check
from ._base import ClassLoss
from .registry import register


@register("sphereface_r")
class SphereFaceR(ClassLoss):
    r"""SphereFace-R: the own angle counts m times, m real, and embeddings are normalised too.

    `z_y = s ψ(θ_y)`, `z_j = s cos θ_j`, `L = −log softmax(z)_y`, with `ψ(θ) = (−1)^k cos(mθ) − 2k` on
    `θ ∈ [kπ/m, (k+1)π/m]`, for cosines (B, C) from a `CosineHead`.

    Args:
        margin: m, a real number of at least 1.
        scale: s > 0.
        gradient: `"exact"`, the derivative of the formula, or `"straight_through"`, d z_y / d cos θ_y = s: the
            characteristic gradient detachment that the paper proposes for training.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> round(float(tfface.SphereFaceR(margin=1.5, scale=30.0)([0], [[0.9, 0.8]])), 4)
        1.0425

    Reference:
        Liu, Wen, Raj, Singh, Weller: SphereFace Revived: Unifying Hyperspherical Face Recognition, 2022,
        arXiv 2109.05565.
    """

    def __init__(self, margin=1.5, scale=30.0, gradient="exact", **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.number("margin", margin, 1.0)
        self.scale = _check.number("scale", scale, 0.0, above=True)
        self.gradient = _check.choice("gradient", gradient, GRADIENTS)

    @property
    def rule(self):
        return F.SphereFaceRMargin(scale=self.scale, margin=self.margin, gradient=self.gradient)
