from .. import functional as F
from . import _check
from ._pairs import PairLoss
from .registry import register


@register("supcon")
class SupCon(PairLoss):
    r"""Supervised contrastive loss: a softmax over the others in the batch, whose target is shared by all positives.

    `L_i = −1/|P(i)| Σ_{p∈P(i)} ln(e^{s_ip/τ} / Σ_{a≠i} e^{s_ia/τ})` (the paper's L_out), the mean over the anchors that
    have positives.

    Args:
        temperature: τ > 0.
        base_temperature: τ₀ > 0: the loss is multiplied by τ/τ₀. The authors' code does so without saying, with 0.07;
            None, the paper's formula, does not.
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
        >>> round(float(tfface.SupCon(temperature=0.5)([0, 0, 1], embeddings)), 4)
        0.5881

    Reference:
        Khosla, Teterwak, Wang, Sarna, Tian, Isola, Maschinot, Liu, Krishnan: Supervised Contrastive Learning, 2020,
        arXiv 2004.11362.
    """

    def __init__(self, temperature=0.1, base_temperature=None, **kwargs):
        super().__init__(**kwargs)
        self.temperature = _check.number("temperature", temperature, 0.0, above=True)
        self.base_temperature = base_temperature
        if base_temperature is not None:
            _check.number("base_temperature", base_temperature, 0.0, above=True)

    def pair_losses(self, pairs, state):
        losses = F.supcon(pairs, self.temperature)
        return losses if self.base_temperature is None else losses * (self.temperature / self.base_temperature)
