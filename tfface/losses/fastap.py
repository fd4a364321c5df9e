from .. import functional as F
from . import _check
from ._pairs import PairLoss
from .registry import register


@register("fastap")
class FastAP(PairLoss):
    r"""FastAP: each anchor ranks the batch by distance; the loss is what its average precision lacks to 1.

    `L = 1 − (1/N⁺) Σ_l h⁺_l H⁺_l / H_l`, the mean over anchors with positives: h⁺ is the soft histogram of the N⁺
    positives over the squared distance of unit vectors, [0, 4], H⁺ and H cumulate that of the positives and of all.

    Args:
        bins: L ≥ 1; the histogram has a triangular bin around each of 0, 4/L, …, 4.
        mining: `"all"` pairs of the batch, another name of `tfface.miners`, or an object of it.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> round(float(tfface.FastAP()([0, 0, 1], [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])), 4)
        0.25

    Reference:
        Cakir, He, Xia, Kulis, Sclaroff: Deep Metric Learning to Rank, CVPR 2019.
    """

    settled = ("distance", "normalize")

    def __init__(self, bins=10, mining="all", **kwargs):
        super().__init__("sqeuclidean", True, mining, **kwargs)
        self.bins = _check.whole("bins", bins, 1)

    def pair_losses(self, pairs, state):
        return F.fastap(pairs, self.bins)
