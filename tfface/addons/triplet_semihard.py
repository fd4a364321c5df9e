import tensorflow as tf

from .. import functional as F
from .._check import number
from ..functional.miners import sorted_negatives
from ._base import AddonsLoss, check_metric, class_ids, pairs_of, register


def triplet_semihard_loss(y_true, y_pred, margin=1.0, distance_metric="L2"):
    """Semi-hard triplets of a batch, as `tfa.losses.triplet_semihard_loss`, in O(B²) memory instead of O(B³).

    Args:
        y_true: labels (B,) or (B, 1).
        y_pred: embeddings (B, D).
        margin: m of the hinge.
        distance_metric: `"L2"`, `"squared-L2"`, `"angular"`, or a function from (B, D) to distances (B, B).

    Returns:
        The mean over all pairs (anchor, positive), a float32 scalar; 0 where there are none (there, tensorflow-addons
        gave NaN).

    Example:
        >>> import tfface
        >>> round(float(tfface.addons.triplet_semihard_loss([0, 0, 1], [[0.0, 0.0], [3.0, 4.0], [0.0, 2.0]])), 4)
        3.1972
    """
    return tf.reduce_mean(_anchors(class_ids(y_true), F.numerics.as_float32(y_pred), margin, distance_metric))


def _anchors(ids, embeddings, margin, metric):
    """Losses (B,). Where there is no negative at all, the anchor's nearest distance, 0, is in its place."""
    pairs = pairs_of(ids, embeddings, metric)
    negatives = _ties_shared(sorted_negatives(pairs))
    last = tf.math.count_nonzero(pairs.negative, axis=1, keepdims=True, dtype=tf.int32) - 1
    nearer = tf.searchsorted(tf.stop_gradient(negatives), pairs.distance, side="right")
    chosen = tf.gather(negatives, tf.clip_by_value(nearer, 0, tf.maximum(last, 0)), batch_dims=1)
    chosen = tf.where(last >= 0, chosen, tf.reduce_min(pairs.distance, axis=1, keepdims=True))
    losses = tf.where(pairs.positive, F.triplet_penalty(pairs.distance - chosen, margin), 0.0)
    return F.batch_mean(tf.reduce_sum(losses, axis=1), tf.math.count_nonzero(pairs.positive, axis=1))


def _ties_shared(ascending):
    """The same values; equal ones in a row share the gradient of each, as in the minimum of tensorflow-addons."""
    first = tf.searchsorted(ascending, ascending, side="left")
    after = tf.searchsorted(ascending, ascending, side="right")
    sums = tf.pad(tf.cumsum(ascending, axis=1), [[0, 0], [1, 0]])
    sums = tf.gather(sums, after, batch_dims=1) - tf.gather(sums, first, batch_dims=1)
    mean = sums / tf.cast(after - first, tf.float32)
    return tf.stop_gradient(ascending) + (mean - tf.stop_gradient(mean))


@register
class TripletSemiHardLoss(AddonsLoss):
    r"""Triplet loss with semi-hard negatives, a drop-in for `tfa.losses.TripletSemiHardLoss`.

    `L = mean_{(a,p)} [d_ap − d_an + m]₊`, where n is the nearest negative farther than the positive, or else the
    farthest one. The same as `tfface.TripletLoss(1.0, distance="euclidean", normalize=False, average="all")`, except
    in a batch of one class, where tensorflow-addons puts 0 for d_an.

    Args:
        margin: m of the hinge.
        distance_metric: `"L2"`, `"squared-L2"`, `"angular"` (1 − cos θ), or a function from embeddings (B, D) to their
            distances (B, B).
        name: of the loss in the logs.
        **kwargs: `reduction` is taken and ignored, as tensorflow-addons did.

    Raises:
        ValueError: an argument outside its domain, or labels or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> loss = tfface.addons.TripletSemiHardLoss(margin=0.5)
        >>> round(float(loss([0, 0, 1], [[0.0, 0.0], [3.0, 4.0], [0.0, 2.0]])), 4)
        2.6972

    Reference:
        Schroff, Kalenichenko, Philbin: FaceNet: A Unified Embedding for Face Recognition and Clustering, 2015,
        arXiv 1503.03832.
    """

    registry_name = "triplet_semihard_loss"

    def __init__(self, margin=1.0, distance_metric="L2", name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self.margin = number("margin", margin)
        self.distance_metric = check_metric(distance_metric)

    def embedding_losses(self, labels, embeddings, state):
        return _anchors(labels, embeddings, self.margin, self.distance_metric), {}
