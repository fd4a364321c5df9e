from .arcface import ArcFace
from .registry import register


@register("subcenter_arcface")
class SubCenterArcFace(ArcFace):
    r"""Sub-center ArcFace: ArcFace on the nearest of K class weights, so that noisy labels find a centre of their own.

    `z_y = s cos(θ_y + m)`, `z_j = s cos θ_j`, `cos θ_j = max_k cos θ_jk`, `L = −log softmax(z)_y`. The head carries the
    sub-centres: cosines (B, C) from a `CosineHead(num_classes, sub_centers=3)`, as in the paper; with
    `sub_centers=1` this is `ArcFace`.

    Args:
        margin: m in radians, 0 ≤ m < π.
        scale: s > 0.
        boundary: what happens where θ_y + m passes π, as in `ArcFace`.
        gradient: `"exact"` or `"straight_through"`, as in `ArcFace`.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import numpy as np
        >>> import tfface
        >>> cosines = tfface.layers.CosineHead(2, sub_centers=3)(np.ones((1, 4), "float32"))
        >>> bool(tfface.SubCenterArcFace()([0], cosines) > 0)
        True

    Reference:
        Deng, Guo, Liu, Gong, Zafeiriou: Sub-center ArcFace: Boosting Face Recognition by Large-scale Noisy Web Faces,
        ECCV 2020.
    """
