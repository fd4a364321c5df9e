from .. import functional as F
from . import _check
from ._two_view import TwoViewLoss
from .registry import register


@register("simclr")
class SimCLR(TwoViewLoss):
    r"""SimCLR: every view finds its twin among all other views of the batch.

    NT-Xent, `L = −log e^{cos(z_i, z_j)/τ} / Σ_{k≠i} e^{cos(z_i, z_k)/τ}` for view i with twin j, over the 2B views of
    the global batch; a sample's value is the mean of its two views'. Called as `loss(z_a, z_b)` on two views (B, D).

    Args:
        temperature: τ > 0; 0.5 here, 0.1 is the paper's best for ImageNet with its largest batches.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or views of the wrong shape.

    Example:
        >>> import tfface
        >>> views = [[1.0, 0.0], [0.0, 1.0]]
        >>> round(float(tfface.SimCLR()(views, views)), 4)
        0.2395

    Reference:
        Chen, Kornblith, Norouzi, Hinton: A Simple Framework for Contrastive Learning of Visual Representations, 2020,
        arXiv 2002.05709.
    """

    together = True

    def __init__(self, temperature=0.5, **kwargs):
        super().__init__(**kwargs)
        self.temperature = _check.number("temperature", temperature, 0.0, above=True)

    def view_losses(self, first, second, state):
        a, b = _check.views(self, first, second)
        return F.simclr(a, b, self.temperature), {}
