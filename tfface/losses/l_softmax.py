from .. import functional as F
from ._annealed import AnnealedLoss
from .registry import register


@register("l_softmax")
class LSoftmax(AnnealedLoss):
    r"""L-Softmax (large-margin softmax): the own angle counts m times; neither weights nor embeddings are normalised.

    `z_y = ‖W_y‖ ‖x‖ (λ cos θ_y + ψ(θ_y)) / (1 + λ)`, `z_j = W_j·x`, `L = −log softmax(z)_y`, with
    `ψ(θ) = (−1)^k cos(mθ) − 2k` on `θ ∈ [kπ/m, (k+1)π/m]` and `λ = max(λ_min, λ_start / (1 + decay·step))`, which
    brings the margin in slowly. For dot products from a `LinearHead(num_classes, use_bias=False)` in a `FaceModel` (it
    needs ‖x‖ and ‖W_y‖, and the step is a weight of the model).

    Args:
        margin: m, a whole number of at least 1.
        lambda_start: λ before the first step.
        lambda_decay: how fast λ falls.
        lambda_min: λ at the end. `lambda_start=0, lambda_min=0` is the pure loss from the first step.
        label_smoothing: ε in [0, 1).
        filter_above: dot products of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or the loss is used outside a `FaceModel`, or with a head that has
            a bias.

    Example:
        >>> import tfface
        >>> tfface.LSoftmax(margin=2).lambda_min
        5.0

    Reference:
        Liu, Wen, Yu, Yang: Large-Margin Softmax Loss for Convolutional Neural Networks, 2016, arXiv 1612.02295.
    """

    margin_type = F.LSoftmaxMargin
