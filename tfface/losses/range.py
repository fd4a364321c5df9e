from .. import functional as F
from . import _check
from ._base import EmbeddingLoss
from .registry import register


@register("range")
class RangeLoss(EmbeddingLoss):
    r"""Range loss: the farthest images of a person come closer, the two nearest persons move apart. Joint with Softmax.

    `L = α Σ_classes k / Σ (1 / D_top-k) + β [m − min_{p≠q} ‖c_p − c_q‖²]₊`: the harmonic mean of the k largest squared
    distances D between two images of a class, and the nearest two class means c of the batch. Made for data in which
    most people have few images: a class weighs as much as any other, however many images it has.

    Identical images are at distance 0, and so is then the harmonic mean; a batch of one class has no second term.

    Args:
        k: how many of the largest distances count; all of them, where a class has fewer.
        alpha: α ≥ 0, the weight of the distances within classes.
        beta: β ≥ 0, the weight of the distance between classes.
        margin: m > 0, the distance between classes that is far enough.
        euclidean: whether distances are ‖a − b‖, not their squares (then m is no square either).
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> loss = tfface.RangeLoss(alpha=0.5, beta=0.1, margin=20.0)
        >>> round(float(loss([0, 0, 1, 1], [[0.0], [2.0], [4.0], [5.0]])), 4)
        3.275

    Reference:
        Zhang, Fang, Wen, Li, Qiao: Range Loss for Deep Face Recognition with Long-tail, 2016, arXiv 1611.08976.
    """

    def __init__(self, k=2, alpha=5e-5, beta=1e-4, margin=2e4, euclidean=False, **kwargs):
        super().__init__(**kwargs)
        self.k = _check.whole("k", k, 1)
        self.alpha = _check.number("alpha", alpha, 0.0)
        self.beta = _check.number("beta", beta, 0.0)
        self.margin = _check.number("margin", margin, 0.0, above=True)
        self.euclidean = _check.choice("euclidean", euclidean, (False, True))

    def embedding_losses(self, labels, embeddings, state):
        _check.embeddings(self, embeddings)
        return F.batch_range(labels, embeddings, self.k, self.alpha, self.beta, self.margin, self.euclidean), {}
