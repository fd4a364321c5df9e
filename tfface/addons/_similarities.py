"""Cross-entropy of a matrix of similarities, whose targets are those that have labels in common."""

import tensorflow as tf
from tensorflow import keras

from .. import functional as F


class SimilarityLoss(keras.losses.Loss):
    """Base of the drop-ins whose predictions are similarities (B, B) of anchors to positives."""

    def __init__(self, name, **kwargs):
        kwargs.pop("reduction", None)  # one number a batch, as in tensorflow-addons
        super().__init__(name=name, **kwargs)


def cross_entropy(in_common, similarities):
    """Losses (B,) of similarities (B, B); targets are in proportion to the number of labels in common, (B, B).

    A row that has nothing in common with any, itself included, has loss 0.
    """
    in_common = F.numerics.as_float32(in_common)
    targets = tf.math.divide_no_nan(in_common, tf.reduce_sum(in_common, axis=1, keepdims=True))
    return tf.nn.softmax_cross_entropy_with_logits(labels=targets, logits=F.numerics.as_float32(similarities))
