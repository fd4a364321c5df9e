import tensorflow as tf

from .. import functional as F
from ..functional.contrastive import FORMS
from ..functional.distances import DISTANCES
from . import _check
from ._base import EmbeddingLoss
from .registry import register


@register("contrastive")
class ContrastiveLoss(EmbeddingLoss):
    r"""Contrastive loss: equal identities are drawn together, others pushed apart until a margin is between them.

    For each pair with distance d and s = 1 for one identity, 0 for two: `½ s d² + ½ (1−s) [m − d]₊²`, or with
    `form="linear"` `s d + (1−s) [m − d]₊`; the mean over all pairs i ≠ j of the batch. Joint with Softmax this is
    DeepID2's identification and verification signal.

    Args:
        margin: m > 0.
        form: `"squared"` or `"linear"`.
        distance: `"euclidean"`, `"sqeuclidean"`, `"cosine"` or `"angular"`.
        normalize: whether embeddings are L2-normalised first.
        pairs: `"batch"`: labels (B,) and embeddings (B, D), all pairs of the batch; or `"given"`: s (B,) and
            embeddings (B, 2, D), the pairs as they are.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> round(float(tfface.ContrastiveLoss()([0, 0, 1], [[0.0, 0.0], [0.6, 0.0], [0.6, 0.5]])), 4)
        0.1097

    Reference:
        Hadsell, Chopra, LeCun: Dimensionality Reduction by Learning an Invariant Mapping, CVPR 2006.
        Sun, Wang, Tang: Deep Learning Face Representation by Joint Identification-Verification, 2014, arXiv 1406.4773.
    """

    def __init__(self, margin=1.0, form="squared", distance="euclidean", normalize=False, pairs="batch", **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.number("margin", margin, 0.0, above=True)
        self.form = _check.choice("form", form, FORMS)
        self.distance = _check.choice("distance", distance, tuple(DISTANCES))
        self.normalize = _check.choice("normalize", normalize, (False, True))
        self.pairs = _check.choice("pairs", pairs, ("batch", "given"))

    def embedding_losses(self, labels, embeddings, state):
        arguments = (self.margin, self.form, self.distance, self.normalize)
        if self.pairs == "given":
            _check.embeddings(self, embeddings, 3, "pairs of embeddings (B, 2, D)")
            return F.given_contrastive(tf.cast(labels, tf.float32), embeddings, *arguments), {}
        _check.embeddings(self, embeddings)
        return F.batch_contrastive(labels, embeddings, *arguments), {}
