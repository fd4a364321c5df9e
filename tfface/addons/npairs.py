import tensorflow as tf

from ._base import class_ids, register
from ._similarities import SimilarityLoss, cross_entropy


def npairs_loss(y_true, y_pred):
    """The N-pair loss of a matrix of similarities, as `tfa.losses.npairs_loss`.

    Args:
        y_true: labels (B,) or (B, 1).
        y_pred: similarities (B, B) of anchors (rows) to positives (columns), such as dot products.

    Returns:
        The mean over the rows, a float32 scalar.

    Example:
        >>> import tfface
        >>> round(float(tfface.addons.npairs_loss([0, 1], [[2.0, 0.0], [0.0, 1.0]])), 4)
        0.2201
    """
    return tf.reduce_mean(_rows(y_true, y_pred))


def _rows(y_true, y_pred):
    ids = class_ids(y_true)
    return cross_entropy(tf.equal(ids[:, tf.newaxis], ids), y_pred)


@register
class NpairsLoss(SimilarityLoss):
    r"""N-pair loss of similarities, a drop-in for `tfa.losses.NpairsLoss`.

    `L = mean_i CE(s_i, t_i)` for rows s_i of similarities (B, B) between anchors and positives; the target t_i is
    shared by the columns with the label of the row. `tfface.NPairs` takes the embeddings themselves.

    Args:
        name: of the loss in the logs.
        **kwargs: `reduction` is taken and ignored.

    Raises:
        ValueError: labels of the wrong rank.

    Example:
        >>> import tfface
        >>> round(float(tfface.addons.NpairsLoss()([0, 1], [[2.0, 0.0], [0.0, 1.0]])), 4)
        0.2201

    Reference:
        Sohn: Improved Deep Metric Learning with Multi-class N-pair Loss Objective, NeurIPS 2016.
    """

    def __init__(self, name="npairs_loss", **kwargs):
        super().__init__(name, **kwargs)

    def call(self, y_true, y_pred):
        """Losses (B,) of the rows."""
        return _rows(y_true, y_pred)
