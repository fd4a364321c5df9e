import tensorflow as tf

from .. import functional as F
from .._check import choice, number
from ._base import AddonsLoss, check_metric, class_ids, pairs_of, register


def triplet_hard_loss(y_true, y_pred, margin=1.0, soft=False, distance_metric="L2"):
    """The farthest positive and the nearest negative of each anchor, as `tfa.losses.triplet_hard_loss`.

    Args:
        y_true: labels (B,) or (B, 1).
        y_pred: embeddings (B, D).
        margin: m of the hinge.
        soft: ln(1 + e^gap) instead of the hinge.
        distance_metric: `"L2"`, `"squared-L2"`, `"angular"`, or a function from (B, D) to distances (B, B).

    Returns:
        The mean over all anchors, a float32 scalar.

    Example:
        >>> import tfface
        >>> round(float(tfface.addons.triplet_hard_loss([0, 0, 1], [[0.0, 0.0], [3.0, 4.0], [0.0, 2.0]])), 4)
        2.1315
    """
    return tf.reduce_mean(_anchors(class_ids(y_true), F.numerics.as_float32(y_pred), margin, soft, distance_metric))


def _anchors(ids, embeddings, margin, soft, metric):
    """Losses (B,). An anchor without positives or negatives has its nearest or farthest distance in their place."""
    pairs = pairs_of(ids, embeddings, metric)
    nearest = tf.reduce_min(pairs.distance, axis=1, keepdims=True)
    farthest = tf.reduce_max(pairs.distance, axis=1, keepdims=True)
    positive = tf.reduce_max(tf.where(pairs.positive, pairs.distance, nearest), axis=1)
    negative = tf.reduce_min(tf.where(pairs.negative, pairs.distance, farthest), axis=1)
    return F.triplet_penalty(positive - negative, "soft" if soft else margin)


@register
class TripletHardLoss(AddonsLoss):
    r"""Batch-hard triplet loss, a drop-in for `tfa.losses.TripletHardLoss`.

    `L = mean_a [max_p d_ap − min_n d_an + m]₊`, or with `soft` `mean_a ln(1 + e^{max_p d_ap − min_n d_an})`. The mean
    is over all anchors, as in tensorflow-addons: one without positives counts with d_ap = 0. `tfface.TripletLoss` with
    `mining="hard"` leaves such anchors out.

    Args:
        margin: m of the hinge.
        soft: whether the softplus takes the place of the hinge.
        distance_metric: `"L2"`, `"squared-L2"`, `"angular"` (1 − cos θ), or a function from embeddings (B, D) to their
            distances (B, B).
        name: of the loss in the logs.
        **kwargs: `reduction` is taken and ignored, as tensorflow-addons did.

    Raises:
        ValueError: an argument outside its domain, or labels or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> loss = tfface.addons.TripletHardLoss(margin=0.5)
        >>> round(float(loss([0, 0, 1], [[0.0, 0.0], [3.0, 4.0], [0.0, 2.0]])), 4)
        1.7981

    Reference:
        Hermans, Beyer, Leibe: In Defense of the Triplet Loss, 2017, arXiv 1703.07737.
    """

    registry_name = "triplet_hard_loss"

    def __init__(self, margin=1.0, soft=False, distance_metric="L2", name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self.margin = number("margin", margin)
        self.soft = choice("soft", soft, (False, True))
        self.distance_metric = check_metric(distance_metric)

    def embedding_losses(self, labels, embeddings, state):
        return _anchors(labels, embeddings, self.margin, self.soft, self.distance_metric), {}
