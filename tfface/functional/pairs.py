"""All pairs of a global batch: this replica's samples are the anchors, everyone's are the partners."""

from typing import NamedTuple

import tensorflow as tf

from . import replicas
from .distances import DISTANCES
from .labels import IGNORED


class Pairs(NamedTuple):
    """Distances and masks (A, K) from A anchors to K partners. Samples labelled -1 pair with nobody."""

    distance: tf.Tensor
    positive: tf.Tensor  # same identity, another sample
    negative: tf.Tensor  # another identity
    dimension: int  # of the embeddings


def batch_pairs(labels, embeddings, distance="sqeuclidean") -> Pairs:
    """The pairs of a batch, gathered over the replicas with exact gradients.

    Args:
        labels: (B,) class ids.
        embeddings: (B, D) float32.
        distance: a name of `distances.DISTANCES`.
    """
    everyone, everyones_labels = replicas.gather(embeddings), replicas.gather(labels)
    rows, columns = tf.shape(labels)[0], tf.shape(everyones_labels)[0]
    itself = (replicas.first_row(rows) + tf.range(rows))[:, tf.newaxis] == tf.range(columns)
    known = (labels != IGNORED)[:, tf.newaxis] & (everyones_labels != IGNORED)
    same = tf.equal(labels[:, tf.newaxis], everyones_labels)
    distances = DISTANCES[distance](embeddings, everyone)
    return Pairs(distances, known & same & ~itself, known & ~same, embeddings.shape[-1])


def batch_mean(per_anchor_sum, per_anchor_count):
    """Per-anchor values (A,) whose mean over the global batch is Σ sums / Σ counts; 0 where nothing was counted."""
    count = replicas.total(tf.reduce_sum(tf.cast(per_anchor_count, tf.float32)))
    anchors = replicas.total(tf.cast(tf.shape(per_anchor_sum)[0], tf.float32))
    return per_anchor_sum * (anchors / tf.maximum(count, 1.0))
