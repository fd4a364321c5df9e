from .. import functional as F
from . import _check
from ._pairs import PairLoss
from .registry import register


@register("npairs")
class NPairs(PairLoss):
    r"""N-pair loss: an anchor is nearer to its positive than to the samples of all other identities at once.

    `L = ln(1 + Σ_n e^{s_an − s_ap})`, the mean over positive pairs (a, p), n over all negatives of a, s the dot
    product; with λ > 0 plus `½λ ‖x‖²`, the mean over the batch, which keeps embeddings that are not normalised short
    (0.002 is usual). A positive pair without any negative is left out.

    Args:
        regularization: λ ≥ 0.
        pairs: `"batch"`: labels (B,) and embeddings (B, D), every positive pair of the batch, with all its negatives;
            or `"given"`: labels (B,) and embeddings (B, 2, D), anchors and positives as they are, and the negatives of
            an anchor are the positives of the other labels (the paper's batch of N pairs).
        distance: `"dot"`, `"cosine"`, or another of `tfface.distances`, whose similarity is s.
        normalize: whether embeddings are L2-normalised first.
        mining: `"all"` pairs of the batch, another name of `tfface.miners`, or an object of it.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> round(float(tfface.NPairs()([0, 0, 1], [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])), 4)
        0.6178

    Reference:
        Sohn: Improved Deep Metric Learning with Multi-class N-pair Loss Objective, NeurIPS 2016.
    """

    def __init__(self, regularization=0.0, pairs="batch", distance="dot", normalize=False, mining="all", **kwargs):
        super().__init__(distance, normalize, mining, **kwargs)
        self.regularization = _check.number("regularization", regularization, 0.0)
        self.pairs = _check.choice("pairs", pairs, ("batch", "given"))

    @property
    def takes_memory(self):
        return self.pairs == "batch"

    def embedding_losses(self, labels, embeddings, state, memory=None):
        if self.pairs == "given":
            _check.embeddings(self, embeddings, 3, "pairs of embeddings (B, 2, D)")
            directed = F.normalize(embeddings) if self.normalize else embeddings
            losses = F.given_n_pairs(labels, directed, self.metric)
        else:
            losses, _ = super().embedding_losses(labels, embeddings, state, memory)
        if self.regularization:
            losses += self.regularization * F.half_squared_norms(labels, embeddings)
        return losses, {}

    def pair_losses(self, pairs, state):
        return F.n_pairs(pairs)
