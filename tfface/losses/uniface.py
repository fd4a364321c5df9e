from .. import functional as F
from ..functional.margins.uniface import BIASES
from . import _check
from ._base import ClassLoss
from .registry import register


@register("uniface")
class UniFace(ClassLoss):
    r"""UniFace: binary cross-entropies around one threshold, which all own and all other cosines are to lie apart of.

    `L = ln(1 + e^{−(s (cos θ_y − m) − b)}) + l Σ_{j≠y} ln(1 + e^{s cos θ_j − b})`, for cosines from a `CosineHead` in a
    `FaceModel`.

    b is a trainable weight of the model: one for all classes, the paper's unified threshold b/s, or one for each. It
    begins at ln(10 C'), where C' is the number of classes that a training step looks at.

    Args:
        margin: m ≥ 0.
        scale: s > 0.
        negative_weight: l > 0, the weight of the other classes.
        bias: `"shared"`, or `"per_class"` (what the paper compares with).
        label_smoothing: ε in [0, 1), the targets are ε/C for every class and 1 − ε more for the own one.
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or the loss is used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> tfface.UniFace().needs
        'weights of its own'

    Reference:
        Zhou, Jia, Li, Shen, Duan: UniFace: Unified Cross-Entropy Loss for Deep Face Recognition, ICCV 2023.
    """

    def __init__(self, margin=0.4, scale=64.0, negative_weight=1.0, bias="shared", **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.number("margin", margin, 0.0, 2.0, below=True)
        self.scale = _check.number("scale", scale, 0.0, above=True)
        self.negative_weight = _check.number("negative_weight", negative_weight, 0.0, above=True)
        self.bias = _check.choice("bias", bias, BIASES)

    @property
    def rule(self):
        return F.UniFaceMargin(
            scale=self.scale, margin=self.margin, negative_weight=self.negative_weight, bias=self.bias
        )
