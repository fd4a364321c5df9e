from .. import functional as F
from . import _check
from ._pairs import PairLoss
from .registry import register


@register("ntxent")
class NTXent(PairLoss):
    r"""Normalised temperature-scaled cross-entropy with labels: each positive pair against the anchor's negatives.

    `L_ap = −ln(e^{s_ap/τ} / (e^{s_ap/τ} + Σ_n e^{s_an/τ}))`, the mean over all positive pairs (a, p) of the batch. In
    contrast to `SupCon`, the other positives are not in the denominator. For two views without labels: `SimCLR`.

    Args:
        temperature: τ > 0.
        distance: `"cosine"`, another name of `tfface.distances` (similarities are then negative distances), or an
            object of it.
        normalize: whether embeddings are L2-normalised first.
        mining: `"all"` pairs of the batch, another name of `tfface.miners`, or an object of it.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> embeddings = [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]]
        >>> round(float(tfface.NTXent(temperature=0.5)([0, 0, 1], embeddings)), 4)
        0.5881

    Reference:
        Chen, Kornblith, Norouzi, Hinton: A Simple Framework for Contrastive Learning of Visual Representations, 2020,
        arXiv 2002.05709. Sohn: Improved Deep Metric Learning with Multi-class N-pair Loss Objective, NeurIPS 2016.
    """

    def __init__(self, temperature=0.1, **kwargs):
        super().__init__(**kwargs)
        self.temperature = _check.number("temperature", temperature, 0.0, above=True)

    def pair_losses(self, pairs, state):
        return F.ntxent(pairs, self.temperature)
