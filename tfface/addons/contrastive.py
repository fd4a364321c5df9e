import tensorflow as tf
from tensorflow import keras

from .. import functional as F
from .._check import number
from ._base import register


def contrastive_loss(y_true, y_pred, margin=1.0):
    """The contrastive loss of given distances, as `tfa.losses.contrastive_loss`: s d² + (1 − s) [m − d]₊².

    Args:
        y_true: 1 for one identity, 0 for two, as many as there are distances.
        y_pred: distances d.
        margin: m.

    Returns:
        The loss of each pair, float32, of the shape of `y_pred`: twice `tfface.functional.contrastive`.

    Example:
        >>> import tfface
        >>> print(tfface.addons.contrastive_loss([1, 0], [0.5, 0.5]).numpy())
        [0.25 0.25]
    """
    distance = F.numerics.as_float32(y_pred)
    # (B,) against (B, 1) would make (B, B) of it.
    same = tf.reshape(F.numerics.as_float32(y_true), tf.shape(distance))
    return 2.0 * F.contrastive(same, distance, margin)


@register
class ContrastiveLoss(keras.losses.Loss):
    r"""Contrastive loss of given distances, a drop-in for `tfa.losses.ContrastiveLoss`.

    `L = s d² + (1 − s) [m − d]₊²` for labels s (1: one identity, 0: two) and predicted distances d, without the ½ of
    the paper. `tfface.ContrastiveLoss` takes the embeddings themselves.

    Args:
        margin: m.
        reduction: as in `keras.losses.Loss`.
        name: of the loss in the logs.

    Raises:
        ValueError: the margin is not a number.

    Example:
        >>> import tfface
        >>> float(tfface.addons.ContrastiveLoss()([1, 0], [0.5, 0.5]))
        0.25

    Reference:
        Hadsell, Chopra, LeCun: Dimensionality Reduction by Learning an Invariant Mapping, CVPR 2006.
    """

    def __init__(self, margin=1.0, reduction="sum_over_batch_size", name="contrastive_loss"):
        super().__init__(reduction=reduction, name=name)
        self.margin = number("margin", margin)

    def call(self, y_true, y_pred):
        """The loss of each pair."""
        return contrastive_loss(y_true, y_pred, self.margin)

    def get_config(self):
        return {"margin": self.margin, "reduction": self.reduction, "name": self.name}
