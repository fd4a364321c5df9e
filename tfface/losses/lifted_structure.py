from .. import functional as F
from ..functional.lifted_structure import FORMS
from . import _check
from ._pairs import PairLoss
from .registry import register


@register("lifted_structure")
class LiftedStructure(PairLoss):
    r"""Lifted structured loss: a positive pair is nearer than all negatives of both of its samples, smoothly.

    `L = ½ [ln(Σ_n e^{m − d_in} + Σ_n e^{m − d_jn}) + d_ij]₊²`, the mean over positive pairs (i, j); or with
    `form="generalized"` `[ln Σ_p e^{d_ap} + ln Σ_n e^{m − d_an}]₊`, the mean over anchors with positives and negatives.

    Args:
        margin: m.
        form: `"plain"` (Song et al.) or `"generalized"` (Hermans et al.).
        distance: `"euclidean"`, or another of `tfface.distances`.
        normalize: whether embeddings are L2-normalised first.
        mining: `"all"` pairs of the batch, another name of `tfface.miners`, or an object of it.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> round(float(tfface.LiftedStructure()([0, 0, 1], [[0.0, 0.0], [3.0, 4.0], [0.0, 2.0]])), 4)
        8.7486

    Reference:
        Song, Xiang, Jegelka, Savarese: Deep Metric Learning via Lifted Structured Feature Embedding, CVPR 2016,
        arXiv 1511.06452. Hermans, Beyer, Leibe: In Defense of the Triplet Loss, 2017, arXiv 1703.07737.
    """

    def __init__(self, margin=1.0, form="plain", distance="euclidean", normalize=False, mining="all", **kwargs):
        super().__init__(distance, normalize, mining, **kwargs)
        self.margin = _check.number("margin", margin)
        self.form = _check.choice("form", form, FORMS)

    @property
    def takes_memory(self):
        return self.form == "generalized"  # the plain form needs the negatives of both samples

    def pair_losses(self, pairs, state):
        return F.lifted_structure(pairs, self.margin, self.form)
