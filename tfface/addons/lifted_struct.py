import tensorflow as tf

from .. import functional as F
from .._check import number
from ._base import AddonsLoss, check_embeddings, class_ids, register


def lifted_struct_loss(labels, embeddings, margin=1.0):
    """The lifted structured loss of a batch, as `tfa.losses.lifted_struct_loss`, in O(B²) memory instead of O(B³).

    Args:
        labels: labels (B,) or (B, 1).
        embeddings: embeddings (B, D).
        margin: m.

    Returns:
        The mean over all positive pairs, a float32 scalar; 0 where there are none, or no negatives (there,
        tensorflow-addons gave NaN).

    Example:
        >>> import tfface
        >>> round(float(tfface.addons.lifted_struct_loss([0, 0, 1], [[0.0, 0.0], [3.0, 4.0], [0.0, 2.0]])), 4)
        8.7486
    """
    return tf.reduce_mean(_anchors(class_ids(labels), F.numerics.as_float32(embeddings), margin))


def _anchors(ids, embeddings, margin):
    check_embeddings(embeddings)
    return F.lifted_structure(F.batch_pairs(ids, embeddings, "euclidean"), margin)


@register
class LiftedStructLoss(AddonsLoss):
    r"""Lifted structured loss, a drop-in for `tfa.losses.LiftedStructLoss`.

    `L = mean_{(i,j)} ½ [ln(Σ_n e^{m − d_in} + Σ_n e^{m − d_jn}) + d_ij]₊²`, the same as
    `tfface.LiftedStructure(margin=1.0)` except that the label -1 is a class like any other.

    Args:
        margin: m.
        name: of the loss in the logs.
        **kwargs: `reduction` is taken and ignored, as tensorflow-addons did.

    Raises:
        ValueError: an argument outside its domain, or labels or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> round(float(tfface.addons.LiftedStructLoss()([0, 0, 1], [[0.0, 0.0], [3.0, 4.0], [0.0, 2.0]])), 4)
        8.7486

    Reference:
        Song, Xiang, Jegelka, Savarese: Deep Metric Learning via Lifted Structured Feature Embedding, CVPR 2016,
        arXiv 1511.06452.
    """

    registry_name = "lifted_struct_loss"

    def __init__(self, margin=1.0, name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self.margin = number("margin", margin)

    def embedding_losses(self, labels, embeddings, state):
        return _anchors(labels, embeddings, self.margin), {}
