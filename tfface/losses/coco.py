from .. import functional as F
from . import _check
from ._base import ClassLoss
from .registry import register


@register("coco")
class COCO(ClassLoss):
    r"""COCO (congenerous cosine): softmax on cosines, with the scale that the number of classes asks for.

    `z_j = α cos θ_j`, `L = −log softmax(z)_y`, `α = ½ ln((C − 1) / (e^ε − 1))`, for cosines (B, C) from a `CosineHead`,
    whose class weights stand for the class centroids.

    The scale follows from the loss to be reached: at best cos θ_y = 1 and all other cosines are −1, which leaves
    `L = ln(1 + (C − 1) e^{−2α})`, and that is ε. The default ε gives α = 6.24 for 10 classes, where 6.25 is published.

    Args:
        scale: α > 0; None for the rule above.
        epsilon: ε > 0, the least loss, and less than ln C (so that α > 0).
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> round(float(tfface.COCO()([0], [[1.0, -1.0]])), 6)
        3.4e-05

    Reference:
        Liu, Li, Wang: Rethinking Feature Discrimination and Polymerization for Large-scale Recognition, 2017,
        arXiv 1710.00870.
    """

    def __init__(self, scale=None, epsilon=3.4e-5, **kwargs):
        super().__init__(**kwargs)
        self.scale = None if scale is None else _check.number("scale", scale, 0.0, above=True)
        self.epsilon = _check.number("epsilon", epsilon, 0.0, above=True)

    @property
    def rule(self):
        return F.COCOMargin(epsilon=self.epsilon) if self.scale is None else F.NormFaceMargin(scale=self.scale)
