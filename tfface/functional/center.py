"""The centre loss: each embedding is pulled to the centre of its class (Wen et al. 2016, ECCV)."""

import tensorflow as tf

from . import numerics, replicas


def center(embeddings, centers):
    """½ ‖x_i − c_i‖², (B, D) and (B, D) → (B,)."""
    return 0.5 * tf.reduce_sum(tf.square(embeddings - centers), axis=-1)


def moved_centers(labels, embeddings, centers, alpha):
    """Centres after a batch: c_j ← c_j − α Σ_{i: y_i=j} (c_j − x_i) / (1 + n_j), over the global batch, differentiable.

    Args:
        labels: (B,) class ids; ids below 0 move nothing.
        embeddings: (B, D).
        centers: (C, D).
        alpha: α, the share of the way that the centres move.
    """
    classes = tf.shape(centers)[0]
    pull = tf.gather(centers, tf.maximum(labels, 0)) - embeddings
    pulls = replicas.total(tf.math.unsorted_segment_sum(pull, labels, classes))
    members = replicas.total(tf.math.unsorted_segment_sum(tf.ones_like(pull[:, 0]), labels, classes))
    return centers - alpha * pulls / (1.0 + members)[:, tf.newaxis]


def batch_centers(labels, embeddings):
    """For each sample the mean of its class within the global batch, differentiable: (B,), (B, D) → (B, D)."""
    same = tf.cast(tf.equal(labels[:, tf.newaxis], replicas.gather(labels)), embeddings.dtype)
    return numerics.divide(tf.matmul(same, replicas.gather(embeddings)), tf.reduce_sum(same, axis=1, keepdims=True))
