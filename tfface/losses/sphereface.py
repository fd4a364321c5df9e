from .. import functional as F
from ._annealed import AnnealedLoss
from .registry import register


@register("sphereface")
class SphereFace(AnnealedLoss):
    r"""SphereFace (A-Softmax): the own angle counts m times; class weights are normalised, embeddings are not.

    `z_y = ‖x‖ (λ cos θ_y + ψ(θ_y)) / (1 + λ)`, `z_j = ‖x‖ cos θ_j`, `L = −log softmax(z)_y`, with
    `ψ(θ) = (−1)^k cos(mθ) − 2k` on `θ ∈ [kπ/m, (k+1)π/m]` and `λ = max(λ_min, λ_start / (1 + decay·step))`, which
    brings the margin in slowly. For cosines from a `CosineHead` in a `FaceModel` (it needs ‖x‖, and the step is a
    weight of the model).

    Args:
        margin: m, a whole number of at least 1.
        lambda_start: λ before the first step.
        lambda_decay: how fast λ falls.
        lambda_min: λ at the end. `lambda_start=0, lambda_min=0` is the pure loss from the first step.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or the loss is used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> tfface.SphereFace(margin=4).lambda_min
        5.0

    Reference:
        Liu et al.: SphereFace: Deep Hypersphere Embedding for Face Recognition, 2017, arXiv 1704.08063.
    """

    margin_type = F.SphereFaceMargin
