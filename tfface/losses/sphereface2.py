from .. import functional as F
from ..functional.margins.arcface import GRADIENTS
from . import _check
from ._base import ClassLoss
from .registry import register


@register("sphereface2")
class SphereFace2(ClassLoss):
    r"""SphereFace2: a binary classification for each class, "is it this person?", instead of one softmax over all.

    `L = (λ/r) ln(1 + e^{−z_y}) + ((1 − λ)/r) Σ_{j≠y} ln(1 + e^{z_j})`, `z_y = r (g(cos θ_y) − m) + b`,
    `z_j = r (g(cos θ_j) + m) + b`, `g(c) = 2 ((c + 1) / 2)^t − 1`, for cosines from a `CosineHead` in a `FaceModel`.

    b is a trainable weight of the model. It begins where the two sides of the loss balance, for cosines of 0 and as
    many classes as a training step looks at (`tfface.functional.sphereface2_bias`). The published code multiplies the
    loss by 50: `50 * tfface.SphereFace2()`.

    Args:
        margin: m ≥ 0, on the adjusted cosine.
        scale: r > 0.
        exponent: t ≥ 1; the larger, the wider the spread of cosines that g makes of a narrow one.
        positive_weight: λ in (0, 1), the weight of the own class.
        gradient: `"exact"`, the derivative of the formula, or `"straight_through"`, d z / d cos θ = r, with which the
            published code trains.
        label_smoothing: ε in [0, 1), the targets are ε/C for every class and 1 − ε more for the own one.
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, fewer than 2 classes, or the loss is used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> round(tfface.functional.sphereface2_bias(10_000, 0.4, 40.0, 3.0, 0.7), 2)
        5.64

    Reference:
        Wen, Liu, Weller, Raj, Singh: SphereFace2: Binary Classification is All You Need for Deep Face Recognition,
        2022, arXiv 2108.01513.
    """

    def __init__(self, margin=0.4, scale=40.0, exponent=3.0, positive_weight=0.7, gradient="exact", **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.number("margin", margin, 0.0, 2.0, below=True)
        self.scale = _check.number("scale", scale, 0.0, above=True)
        self.exponent = _check.number("exponent", exponent, 1.0)
        self.positive_weight = _check.number("positive_weight", positive_weight, 0.0, 1.0, above=True, below=True)
        self.gradient = _check.choice("gradient", gradient, GRADIENTS)

    @property
    def rule(self):
        return F.SphereFace2Margin(
            scale=self.scale,
            margin=self.margin,
            exponent=self.exponent,
            positive_weight=self.positive_weight,
            gradient=self.gradient,
        )
