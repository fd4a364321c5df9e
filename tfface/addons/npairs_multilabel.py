import tensorflow as tf

from .. import functional as F
from ._base import register
from ._similarities import SimilarityLoss, cross_entropy


def npairs_multilabel_loss(y_true, y_pred):
    """The N-pair loss of samples with several labels each, as `tfa.losses.npairs_multilabel_loss`.

    Args:
        y_true: indicators (B, C), 1 where the sample has the label; a `tf.SparseTensor` is fine.
        y_pred: similarities (B, B) of anchors (rows) to positives (columns), such as dot products.

    Returns:
        The mean over the rows, a float32 scalar; a row without labels counts as 0 (there, tensorflow-addons gave NaN).

    Example:
        >>> import tfface
        >>> y_true = [[1, 0, 1], [0, 1, 1]]
        >>> round(float(tfface.addons.npairs_multilabel_loss(y_true, [[2.0, 0.0], [0.0, 1.0]])), 4)
        0.7201
    """
    return tf.reduce_mean(_rows(y_true, y_pred))


def _rows(y_true, y_pred):
    if isinstance(y_true, tf.SparseTensor):
        y_true = tf.sparse.to_dense(y_true)
    has = F.numerics.as_float32(y_true)
    return cross_entropy(tf.matmul(has, has, transpose_b=True), y_pred)


@register
class NpairsMultilabelLoss(SimilarityLoss):
    r"""N-pair loss of samples with several labels each, a drop-in for `tfa.losses.NpairsMultilabelLoss`.

    `L = mean_i CE(s_i, t_i)` for rows s_i of similarities (B, B) between anchors and positives; the target t_i of a row
    is in proportion to the number of labels that it has in common with each column.

    Args:
        name: of the loss in the logs.
        **kwargs: `reduction` is taken and ignored.

    Example:
        >>> import tfface
        >>> y_true = [[1, 0, 1], [0, 1, 1]]
        >>> round(float(tfface.addons.NpairsMultilabelLoss()(y_true, [[2.0, 0.0], [0.0, 1.0]])), 4)
        0.7201

    Reference:
        Sohn: Improved Deep Metric Learning with Multi-class N-pair Loss Objective, NeurIPS 2016.
    """

    def __init__(self, name="npairs_multilabel_loss", **kwargs):
        super().__init__(name, **kwargs)

    def call(self, y_true, y_pred):
        """Losses (B,) of the rows."""
        return _rows(y_true, y_pred)
