from .. import functional as F
from ._two_view import PredictiveLoss
from .registry import register


@register("byol")
class BYOL(PredictiveLoss):
    r"""BYOL: the prediction from each view meets what a slow copy of the network makes of the other.

    `L = (2 − 2 cos(p_1, sg z_2)) + (2 − 2 cos(p_2, sg z_1))`, from 0 to 8: 4 + 4 · `SimSiam` in value; what differs is
    the network that makes the targets, an exponential moving average of the one that learns. Called as
    `loss(targets, predictions)`: the slow network's projections z and the predictions p, each (B, 2, D) with both views
    of every image; `tfface.functional.byol(p1, p2, z1, z2)` takes them apart.

    Args:
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: targets and predictions of the wrong shape.

    Example:
        >>> import tfface
        >>> targets, predictions = [[[1.0, 0.0], [0.0, 1.0]]], [[[0.0, 2.0], [0.0, 1.0]]]
        >>> float(tfface.BYOL()(targets, predictions))
        2.0

    Reference:
        Grill et al.: Bootstrap Your Own Latent: A New Approach to Self-Supervised Learning, 2020, arXiv 2006.07733.
    """

    slow_targets = True

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def compared(self, p1, p2, z1, z2):
        return F.byol(p1, p2, z1, z2)
