from .. import functional as F
from . import _check
from ._pairs import PairLoss
from .registry import register


@register("multi_similarity")
class MultiSimilarity(PairLoss):
    r"""Multi-similarity loss: pairs are mined and weighted by how they compare with the anchor's other pairs.

    `L = ln(1 + Σ_p e^{−α (s_p − λ)}) / α + ln(1 + Σ_n e^{β (s_n − λ)}) / β`, the mean over all anchors; over the pairs
    with `s_p < max s_n + ε` and `s_n > min s_p − ε`.

    Args:
        alpha: α > 0.
        beta: β > 0.
        base: λ, the similarity around which pairs weigh; the paper's 1, the authors' code takes 0.5 (and β = 40).
        distance: `"cosine"`, another name of `tfface.distances` (similarities are then negative distances), or an
            object of it.
        normalize: whether embeddings are L2-normalised first.
        mining: `"multi-similarity"`, with ε = 0.1; `tfface.miners.MultiSimilarity(epsilon)`, another object of
            `tfface.miners`, or a name of it.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> embeddings = [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]]
        >>> round(float(tfface.MultiSimilarity(base=0.5)([0, 0, 1], embeddings)), 4)
        0.1997

    Reference:
        Wang, Han, Huang, Dong, Scott: Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning, 2019,
        arXiv 1904.06627.
    """

    def __init__(
        self,
        alpha=2.0,
        beta=50.0,
        base=1.0,
        distance="cosine",
        normalize=True,
        mining="multi-similarity",
        **kwargs,
    ):
        super().__init__(distance, normalize, mining, **kwargs)
        self.alpha = _check.number("alpha", alpha, 0.0, above=True)
        self.beta = _check.number("beta", beta, 0.0, above=True)
        self.base = _check.number("base", base)

    def pair_losses(self, pairs, state):
        return F.multi_similarity(pairs, self.alpha, self.beta, self.base)
