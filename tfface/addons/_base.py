"""What the drop-ins for tensorflow-addons share: names of their own among Keras' registered classes, and pairs.

A loss of tensorflow-addons is one number a batch. Here it is the mean of one value an anchor, so that sample weights,
replicas and sums with other losses mean what they mean for every loss of tfface.
"""

import tensorflow as tf
from tensorflow import keras

from .. import functional as F
from .._compat import deserialize
from ..functional import replicas
from ..functional.distances import euclidean, sqeuclidean
from ..losses import EmbeddingLoss

# `tfface>ContrastiveLoss` is ours already.
register = keras.utils.register_keras_serializable(package="tfface.addons")


class AddonsLoss(EmbeddingLoss):
    """Base of the drop-ins that take labels (B,) and embeddings (B, D).

    `reduction` is taken and ignored, as tensorflow-addons did: these losses are one number a batch.
    """

    def __init__(self, **kwargs):
        kwargs.pop("reduction", None)
        super().__init__(**kwargs)

    @classmethod
    def from_config(cls, config):
        metric = config.get("distance_metric")
        return cls(**{**config, **({"distance_metric": deserialize(metric)} if isinstance(metric, dict) else {})})

    def read_labels(self, y_true):
        return class_ids(y_true)


def class_ids(y_true):
    """Class ids (B,) from labels (B,) or (B, 1) of any type: where in the global batch each label stands first.

    Every label is a class, -1 too.
    """
    labels = tf.convert_to_tensor(y_true)
    if labels.shape.rank not in (1, 2) or (labels.shape.rank == 2 and labels.shape[1] not in (1, None)):
        raise ValueError(f"y_true: expected labels (B,) or (B, 1), received shape {labels.shape}")
    labels = tf.reshape(labels, [-1])
    same = tf.equal(labels[:, tf.newaxis], replicas.gather(labels))
    return tf.argmax(tf.cast(same, tf.int32), axis=1, output_type=tf.int32)


def check_metric(metric):
    """A name of `METRICS`, or a function from embeddings (B, D) to their distances (B, B)."""
    if not callable(metric) and metric not in METRICS:
        expected = ", ".join(map(repr, METRICS))
        raise ValueError(f"distance_metric: expected {expected} or a function, received {metric!r}")
    return metric


def check_embeddings(values):
    """Embeddings have two axes."""
    if values.shape.rank != 2:
        raise ValueError(f"y_pred: expected embeddings (B, D), received shape {values.shape}")


def pairs_of(ids, embeddings, metric) -> F.Pairs:
    """The pairs of the global batch at the distances of tensorflow-addons."""
    check_embeddings(embeddings)
    pairs = F.batch_pairs(ids, embeddings)
    rows = tf.shape(embeddings)[0]
    first = replicas.first_row(rows)
    between_all = (metric if callable(metric) else METRICS[metric])(replicas.gather(embeddings))
    return pairs._replace(measured=between_all[first : first + rows])


def _without_diagonal(distance):
    def between_all(x):
        values = distance(x, x)
        return tf.linalg.set_diag(values, tf.zeros(tf.shape(values)[0]))

    return between_all


def _angular(x):
    """1 − cos θ, at least 0; embeddings shorter than 1e-6 count as shorter than 1."""
    x = tf.math.l2_normalize(x, axis=1)
    return tf.maximum(1.0 - tf.matmul(x, x, transpose_b=True), 0.0)


METRICS = {"L2": _without_diagonal(euclidean), "squared-L2": _without_diagonal(sqeuclidean), "angular": _angular}
