"""The range loss: a class's largest inner distances shrink, its nearest other class moves away (arXiv 1611.08976)."""

import tensorflow as tf

from . import numerics, replicas
from .center import batch_centers
from .class_loss import over_counted
from .distances import DISTANCES
from .labels import IGNORED, both_known

# Stands for "no such pair" where the largest distances, or the smallest, are sought.
NONE, FAR = -1.0, 1e30


def harmonic_mean(values, valid):
    """Harmonic mean over the last axis of the valid values ≥ 0; 0 where one of them is 0, or where there are none."""
    real = valid & (values > numerics.SHORTEST**2)
    safe = tf.where(real, values, FAR)
    # Counted in parts of the smallest value, as 1/v² would leave the range of float32.
    smallest = tf.stop_gradient(tf.reduce_min(safe, axis=-1, keepdims=True))
    parts = tf.reduce_sum(tf.where(real, smallest / safe, 0.0), axis=-1)
    some = tf.reduce_any(real, axis=-1) & tf.reduce_all(real == valid, axis=-1)
    mean = tf.reduce_sum(tf.cast(real, tf.float32), axis=-1) * smallest[..., 0] / tf.maximum(parts, 1.0)
    return tf.where(some, mean, 0.0)


def batch_range(labels, embeddings, k=2, alpha=5e-5, beta=1e-4, margin=2e4, euclidean=False):
    """α Σ_classes k / Σ (1 / D_top-k) + β [m − min ‖c_p − c_q‖²]₊ of a batch: values (B,) whose mean is the loss.

    The first term is shared by the members of a class, the second by all samples.

    Args:
        labels: (B,) class ids; -1 ignores the sample.
        embeddings: (B, D) float32.
        k: how many of the largest distances between two images of a class count; all, where it has fewer.
        alpha: α, the weight of the distances within classes.
        beta: β, the weight of the distance between the means of the two nearest classes of the batch.
        margin: m, the distance at which these are far enough apart.
        euclidean: whether distances are ‖a − b‖, not their squares.
    """
    between = DISTANCES["euclidean" if euclidean else "sqeuclidean"]
    everyones_labels = replicas.gather(labels)
    known = both_known(labels, everyones_labels)
    same = known & tf.equal(labels[:, tf.newaxis], everyones_labels)

    largest = _largest_within(same, between(embeddings, replicas.gather(embeddings)), k)
    members = tf.reduce_sum(tf.cast(same, tf.float32), axis=1)
    intra = numerics.divide(harmonic_mean(largest, largest > NONE), members)

    centers = batch_centers(labels, embeddings)
    gaps = tf.where(known & ~same, between(centers, replicas.gather(centers)), FAR)
    nearest = tf.reduce_min(replicas.gather(tf.reduce_min(gaps, axis=1)))
    inter = tf.nn.relu(margin - nearest)

    size = replicas.total(tf.cast(tf.shape(labels)[0], tf.float32))
    return alpha * size * intra + over_counted(tf.fill(tf.shape(labels), beta * inter), labels != IGNORED)


def _largest_within(same, distances, k):
    """For each sample the k largest distances within its class, (B, k), `NONE` where the class has fewer pairs."""
    rows, columns = tf.shape(distances)[0], tf.shape(distances)[1]
    later = replicas.own_rows(rows)[:, tf.newaxis] < tf.range(columns)  # each pair once
    own = _top(tf.where(same & later, distances, NONE), k)
    candidates = tf.where(same[:, :, tf.newaxis], replicas.gather(own), NONE)
    return _top(tf.reshape(candidates, [rows, columns * k]), k)


def _top(values, k):
    return tf.math.top_k(tf.pad(values, [[0, 0], [0, k]], constant_values=NONE), k).values
