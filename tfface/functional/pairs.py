"""All pairs of a global batch: this replica's samples are the anchors, everyone's are the partners."""

from typing import NamedTuple

import tensorflow as tf

from . import distances, replicas
from .labels import both_known


class Pairs(NamedTuple):
    """What is measured between A anchors and K partners, and masks, (A, K). Samples labelled -1 pair with nobody."""

    measured: tf.Tensor  # as the metric says; read it as `distance` or `similarity`
    positive: tf.Tensor  # same identity, another sample
    negative: tf.Tensor  # another identity
    dimension: int  # of the embeddings
    metric: distances.Distance = distances.DISTANCES["sqeuclidean"]
    labels: tf.Tensor | None = None  # (A,) of the anchors
    partners: tf.Tensor | None = None  # (K,) labels of the partners

    @property
    def distance(self):
        """Distances (A, K)."""
        return self.metric.distance(self.measured)

    @property
    def similarity(self):
        """Similarities (A, K): cosines or dot products, else negative distances."""
        return self.metric.similarity(self.measured)


def batch_pairs(labels, embeddings, distance="sqeuclidean", memory=None) -> Pairs:
    """The pairs of a batch, gathered over the replicas with exact gradients.

    Args:
        labels: (B,) class ids.
        embeddings: (B, D) float32.
        distance: a name or an object of `tfface.distances`.
        memory: further partners that are nobody's anchors, as labels (M,) and embeddings (M, D).
    """
    metric = distances.get(distance)
    everyone, everyones_labels = replicas.gather(embeddings), replicas.gather(labels)
    if memory is not None:
        everyones_labels = tf.concat([everyones_labels, memory[0]], axis=0)
        everyone = tf.concat([everyone, memory[1]], axis=0)
    anchors, partners = _rows_and_columns(labels, everyones_labels)
    known = both_known(labels, everyones_labels)
    same = tf.equal(labels[:, tf.newaxis], everyones_labels)
    measured = metric.measured(embeddings, everyone)
    positive = known & same & (anchors != partners)
    return Pairs(measured, positive, known & ~same, embeddings.shape[-1], metric, labels, everyones_labels)


def each_once(pairs: Pairs) -> Pairs:
    """The pairs without their mirror images: (i, j) is there, (j, i) is not."""
    anchors, partners = _rows_and_columns(pairs.positive, pairs.positive[0])
    later = anchors < partners
    return pairs._replace(positive=pairs.positive & later, negative=pairs.negative & later)


def _rows_and_columns(anchors, partners):
    """The positions of the anchors (A, 1) and of the partners (K,) among the partners."""
    return replicas.own_rows(tf.shape(anchors)[0])[:, tf.newaxis], tf.range(tf.shape(partners)[0])


def batch_mean(per_anchor_sum, per_anchor_count):
    """Per-anchor values (A,) whose mean over the global batch is Σ sums / Σ counts; 0 where nothing was counted."""
    count = replicas.total(tf.reduce_sum(tf.cast(per_anchor_count, tf.float32)))
    anchors = replicas.total(tf.cast(tf.shape(per_anchor_sum)[0], tf.float32))
    return per_anchor_sum * (anchors / tf.maximum(count, 1.0))
