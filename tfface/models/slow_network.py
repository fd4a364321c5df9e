"""The slow copy of a network, whose weights are a running mean of those that learn: the teacher of BYOL and MoCo."""

import tensorflow as tf
from tensorflow import keras


def slow_copy(layer, size):
    """A copy of a model, or of a layer on inputs (B, size), with its weights, that replicas set to the same values."""

    def create(next_creator, **kwargs):
        return next_creator(**{**kwargs, "aggregation": tf.VariableAggregation.ONLY_FIRST_REPLICA})

    with tf.variable_creator_scope(create):
        model = isinstance(layer, keras.Model)
        copy = keras.models.clone_model(layer) if model else type(layer).from_config(layer.get_config())
        if not copy.built:
            copy.build((None, size))
    copy.set_weights(layer.get_weights())
    return copy


def follow(slow, fast, momentum):
    """slow ← m·slow + (1 − m)·fast, moving statistics of batch normalisations included."""
    for ours, theirs in zip(slow.weights, fast.weights, strict=True):
        if tf.as_dtype(ours.dtype).is_floating:
            ours.assign(ours + tf.cast(1.0 - momentum, ours.dtype) * (tf.convert_to_tensor(theirs) - ours))
