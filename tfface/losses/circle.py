from .. import functional as F
from ..functional.circle import SCOPES
from . import _check
from ._pairs import PairLoss
from .registry import register


@register("circle")
class CircleLoss(PairLoss):
    r"""Circle loss on pairs: each similarity is pulled as hard as it is far from its optimum.

    `L = ln(1 + Σ_n e^{γ α_n (s_n − m)} Σ_p e^{−γ α_p (s_p − 1 + m)})` for each anchor with its positives p and its
    negatives n, `α_p = [1 + m − s_p]₊`, `α_n = [s_n + m]₊`, which are not differentiated; the mean over the anchors
    that have both. The value is that of `keras.losses.Circle`, which differentiates α.

    Args:
        margin: m in [0, 1]; the paper takes 0.25 for faces and 0.4 for retrieval.
        scale: γ > 0.
        scope: `"anchor"`: the sums are over the pairs of an anchor, or `"batch"`: over all pairs of the batch, each
            once, as one term.
        positive_optimum: O_p in `α_p = [O_p − s_p]₊`; None for 1 + m.
        negative_optimum: O_n in `α_n = [s_n − O_n]₊`; None for −m.
        distance: `"cosine"`, another name of `tfface.distances` (similarities are then negative distances), or an
            object of it.
        normalize: whether embeddings are L2-normalised first.
        mining: `"all"` pairs of the batch, another name of `tfface.miners`, or an object of it.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> round(float(tfface.CircleLoss(scale=8.0)([0, 0, 1], [[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])), 4)
        0.5823

    Reference:
        Sun, Cheng, Zhang, Zhang, Zheng, Wang, Wei: Circle Loss: A Unified Perspective of Pair Similarity Optimization,
        2020, arXiv 2002.10857.
    """

    def __init__(self, margin=0.4, scale=80.0, scope="anchor", positive_optimum=None, negative_optimum=None, **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.number("margin", margin, 0.0, 1.0)
        self.scale = _check.number("scale", scale, 0.0, above=True)
        self.scope = _check.choice("scope", scope, SCOPES)
        self.positive_optimum = positive_optimum
        self.negative_optimum = negative_optimum
        for name in ("positive_optimum", "negative_optimum"):
            if getattr(self, name) is not None:
                _check.number(name, getattr(self, name))

    def pair_losses(self, pairs, state):
        return F.circle(pairs, self.margin, self.scale, self.positive_optimum, self.negative_optimum, self.scope)
