"""The one place that knows how Keras 3, tf_keras and Keras 2.15 differ."""

import tensorflow as tf
from tensorflow import keras

KERAS_3 = hasattr(keras, "ops")

if KERAS_3:
    serialize = keras.utils.serialize_keras_object
    deserialize = keras.utils.deserialize_keras_object
else:
    serialize = keras.saving.serialize_keras_object
    deserialize = keras.saving.deserialize_keras_object

register = keras.utils.register_keras_serializable(package="tfface")


def register_objects(package, *classes):
    """Lets Keras read objects of these classes back from a config; the package keeps equal names apart."""
    for cls in classes:
        keras.utils.register_keras_serializable(package=package)(cls)


def replicated(layer, name, shape, initializer, dtype="float32"):
    """A weight that is not differentiated and that every replica sets to the same value."""
    aggregation = "only_first_replica" if KERAS_3 else tf.VariableAggregation.ONLY_FIRST_REPLICA
    return layer.add_weight(
        name=name, shape=shape, initializer=initializer, dtype=dtype, trainable=False, aggregation=aggregation
    )


def origin(tensor):
    """The layer that made a symbolic tensor, and the symbolic tensors that it was given."""
    layer, index, _ = tensor._keras_history
    node = layer._inbound_nodes[index]
    return layer, list(node.input_tensors if KERAS_3 else node.keras_inputs)


def minimize(optimizer, tape, loss, variables):
    """One optimiser step, with the loss scaled where the optimiser asks for it."""
    if KERAS_3:
        with tape:
            loss = optimizer.scale_loss(loss)
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
    else:
        optimizer.minimize(loss, variables, tape=tape)
