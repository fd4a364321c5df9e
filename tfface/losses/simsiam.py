from .. import functional as F
from ._two_view import PredictiveLoss
from .registry import register


@register("simsiam")
class SimSiam(PredictiveLoss):
    r"""SimSiam: the prediction from each view meets the projection of the other, which stands still.

    `L = −½ cos(p_1, sg z_2) − ½ cos(p_2, sg z_1)`, from −1 to 1; sg: no gradient goes through the projections, inside
    the loss. Called as `loss(targets, predictions)`: the projections z and the predictions p, each (B, 2, D) with both
    views of every image; `tfface.functional.simsiam(p1, p2, z1, z2)` takes them apart.

    Args:
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: targets and predictions of the wrong shape.

    Example:
        >>> import tfface
        >>> targets, predictions = [[[1.0, 0.0], [0.0, 1.0]]], [[[0.0, 2.0], [1.0, 0.0]]]
        >>> float(tfface.SimSiam()(targets, predictions))
        -1.0

    Reference:
        Chen, He: Exploring Simple Siamese Representation Learning, 2020, arXiv 2011.10566.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def compared(self, p1, p2, z1, z2):
        return F.simsiam(p1, p2, z1, z2)
