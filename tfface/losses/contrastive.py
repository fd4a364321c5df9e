import tensorflow as tf

from .. import functional as F
from ..functional.contrastive import FORMS
from . import _check
from ._pairs import PairLoss
from .registry import register


@register("contrastive")
class ContrastiveLoss(PairLoss):
    r"""Contrastive loss: equal identities are drawn together, others pushed apart until a margin is between them.

    For each pair with distance d and s = 1 for one identity, 0 for two: `½ s d² + ½ (1−s) [m − d]₊²`, or with
    `form="linear"` `s d + (1−s) [m − d]₊`; the mean over all pairs i ≠ j of the batch. Joint with Softmax this is
    DeepID2's identification and verification signal.

    Args:
        margin: m > 0.
        form: `"squared"` or `"linear"`.
        distance: `"euclidean"`, `"sqeuclidean"`, `"cosine"` or `"angular"`, or an object of `tfface.distances`.
        normalize: whether embeddings are L2-normalised first.
        pairs: `"batch"`: labels (B,) and embeddings (B, D), all pairs of the batch; or `"given"`: s (B,) and
            embeddings (B, 2, D), the pairs as they are.
        mining: `"all"` pairs of the batch, another name of `tfface.miners`, or an object of it.
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

    signed_distances = False

    def __init__(
        self,
        margin=1.0,
        form="squared",
        distance="euclidean",
        normalize=False,
        pairs="batch",
        mining="all",
        **kwargs,
    ):
        super().__init__(distance, normalize, mining, **kwargs)
        self.margin = _check.number("margin", margin, 0.0, above=True)
        self.form = _check.choice("form", form, FORMS)
        self.pairs = _check.choice("pairs", pairs, ("batch", "given"))

    @property
    def takes_memory(self):
        return self.pairs == "batch"

    def embedding_losses(self, labels, embeddings, state, memory=None):
        if self.pairs == "batch":
            return super().embedding_losses(labels, embeddings, state, memory)
        _check.embeddings(self, embeddings, 3, "pairs of embeddings (B, 2, D)")
        same, arguments = tf.cast(labels, tf.float32), (self.margin, self.form, self.metric, self.normalize)
        return F.given_contrastive(same, embeddings, *arguments), {}

    def pair_losses(self, pairs, state):
        return F.batch_contrastive(pairs, self.margin, self.form)
