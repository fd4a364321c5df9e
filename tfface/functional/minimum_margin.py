"""The minimum margin loss: the centres of any two classes stay apart (Wei et al. 2018, arXiv 1805.06741)."""

import tensorflow as tf

from . import numerics, replicas
from .distances import sqeuclidean
from .labels import both_known


def minimum_margin(centers, margin=280.0):
    """Σ_{p<q} [M − ‖c_p − c_q‖²]₊ over the rows of a table of centres (C, D).

    Args:
        centers: (C, D).
        margin: M, the squared distance at which two classes are far enough apart.

    Example:
        >>> import tfface
        >>> float(tfface.functional.minimum_margin([[0.0, 0.0], [3.0, 0.0], [9.0, 9.0]], margin=10.0))
        1.0
    """
    centers = numerics.as_float32(centers)
    ids = tf.range(tf.shape(centers)[0])
    return tf.reduce_sum(_hinges(ids, centers, ids, centers, margin)) / 2.0


def batch_minimum_margin(labels, own_centers, margin=280.0):
    """The loss over the classes of a batch: values (B,) whose mean over the global batch is the sum over their pairs.

    Args:
        labels: (B,) class ids; -1 ignores the sample.
        own_centers: (B, D) the centre of each sample's class.
        margin: M.
    """
    everyones_labels = replicas.gather(labels)
    hinges = _hinges(labels, own_centers, everyones_labels, replicas.gather(own_centers), margin)
    members = tf.cast(tf.equal(labels[:, tf.newaxis], everyones_labels), tf.float32)
    share = 1.0 / tf.reduce_sum(members, axis=1)  # the members of a class count as one
    size = replicas.total(tf.cast(tf.shape(labels)[0], tf.float32))
    return size * share * tf.linalg.matvec(hinges, replicas.gather(share)) / 2.0


def _hinges(ids, centers, other_ids, other_centers, margin):
    apart = both_known(ids, other_ids) & (ids[:, tf.newaxis] != other_ids)
    return tf.where(apart, tf.nn.relu(margin - sqeuclidean(centers, other_centers)), 0.0)
