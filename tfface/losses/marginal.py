from .. import functional as F
from . import _check
from ._base import EmbeddingLoss
from .registry import register


@register("marginal")
class MarginalLoss(EmbeddingLoss):
    r"""Marginal loss: one distance divides all pairs of one identity from all pairs of two. Joint with Softmax.

    `L = mean_{i≠j} [ξ − y_ij (θ − ‖x̂_i − x̂_j‖²)]₊` over all pairs of the batch, y_ij = 1 for one identity, −1 for two.

    Args:
        threshold: θ in [0, 4], the squared distance that divides one identity from two.
        margin: ξ ≥ 0, how far from the threshold a pair has to be.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> round(float(tfface.MarginalLoss()([0, 0, 1], [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])), 4)
        0.3667

    Reference:
        Deng, Zhou, Zafeiriou: Marginal Loss for Deep Face Recognition, CVPR Workshops 2017.
    """

    def __init__(self, threshold=1.2, margin=0.3, **kwargs):
        super().__init__(**kwargs)
        self.threshold = _check.number("threshold", threshold, 0.0, 4.0)
        self.margin = _check.number("margin", margin, 0.0)

    def embedding_losses(self, labels, embeddings, state):
        _check.embeddings(self, embeddings)
        return F.batch_marginal(labels, embeddings, self.threshold, self.margin), {}
