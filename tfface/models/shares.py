"""A loss as a sum of parts, and a replica's share of the global loss."""

import tensorflow as tf

from .. import functional as F
from ..functional import replicas


def weighted_parts(loss):
    """The parts of a loss with their weights."""
    if loss is None:
        return []
    return list(zip(loss.losses, loss.weights, strict=True)) if loss.kind == "joint" else [(loss, 1.0)]


def check_reduction(loss, where=""):
    """A sum or a mean over the global batch; a FaceModel makes either."""
    if loss.reduction not in ("sum", "sum_over_batch_size", "auto"):
        raise ValueError(
            f"{where}reduction: expected 'sum' or 'sum_over_batch_size' in a FaceModel, received {loss.reduction!r}"
        )


def share(losses, sample_weight, reduction):
    """Σ over this replica's samples, divided by the size of the global batch where the loss is a mean."""
    if sample_weight is not None:
        losses *= tf.reshape(F.numerics.as_float32(sample_weight), tf.shape(losses))
    summed = tf.reduce_sum(losses)
    if reduction == "sum":
        return summed
    return summed / replicas.total(tf.cast(tf.shape(losses)[0], tf.float32))
