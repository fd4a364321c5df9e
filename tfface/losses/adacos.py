from .. import functional as F
from .._check import choice
from ._base import ClassLoss
from .registry import register


@register("adacos")
class AdaCos(ClassLoss):
    r"""AdaCos: softmax on cosines without a margin, whose scale sets itself.

    `z_j = s cos θ_j`, `L = −log softmax(z)_y`; fixed: `s = √2 ln(C − 1)`; dynamic, from that value on:
    `s ← ln B / cos(min(π/4, median θ_y))`, `B = mean_i Σ_{j≠y} e^{s cos θ_ij}`.

    For cosines from a `CosineHead`. The dynamic scale is a weight of a `FaceModel`: each training step sets it from the
    global batch (ignored samples left out) before it is used, and nothing is differentiated through it. It stays as it
    was where ln B ≤ 0, as can happen with few classes, since a scale must be positive. The fixed scale works in any
    Keras model.

    Args:
        dynamic: whether the scale follows the training.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, fewer than 3 classes, or the dynamic scale is used outside a
            `FaceModel`.

    Example:
        >>> import tfface
        >>> round(tfface.functional.adacos_scale(10_000), 2)
        13.03
        >>> round(float(tfface.AdaCos(dynamic=False)([0], [[0.9, 0.1, 0.1]])), 4)
        0.6487

    Reference:
        Zhang, Zhao, Qiao, Wang, Li: AdaCos: Adaptively Scaling Cosine Logits for Effectively Learning Deep Face
        Representations, 2019, arXiv 1905.00292.
    """

    def __init__(self, dynamic=True, **kwargs):
        super().__init__(**kwargs)
        self.dynamic = choice("dynamic", dynamic, (False, True))

    @property
    def rule(self):
        return F.AdaCosMargin(dynamic=self.dynamic)
