from .. import functional as F
from . import _check
from ._base import ClassLoss
from .registry import register


@register("l2_softmax")
class L2Softmax(ClassLoss):
    r"""L2-Softmax: softmax on dot products with embeddings of one fixed norm; class weights are not normalised.

    `z_j = W_j·(α x̂) + b_j`, `L = −log softmax(z)_y`. For a `LinearHead` in a `FaceModel`, which hands the head α x̂ in
    training and evaluation; `model(images)` knows no loss and scores the embeddings as they are.

    α must be large enough that a sample can be classified with confidence: at least ln(p (C − 2) / (1 − p)) for a
    probability p among C classes, which `tfface.functional.l2_softmax_alpha(C, p)` gives.

    Args:
        alpha: α > 0.
        label_smoothing: ε in [0, 1).
        filter_above: scores of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or the loss is used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> round(tfface.functional.l2_softmax_alpha(10_000, 0.9), 2)
        11.41
        >>> tfface.L2Softmax(alpha=16.0).alpha
        16.0

    Reference:
        Ranjan, Castillo, Chellappa: L2-constrained Softmax Loss for Discriminative Face Verification, 2017,
        arXiv 1703.09507.
    """

    def __init__(self, alpha=16.0, **kwargs):
        super().__init__(**kwargs)
        self.alpha = _check.number("alpha", alpha, 0.0, above=True)

    @property
    def rule(self):
        return F.L2SoftmaxMargin(alpha=self.alpha)
