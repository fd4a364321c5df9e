"""Weights with rows for each class, of which every replica may hold a share of its own.

A shared weight is a variable with another value on each replica. Of C classes, replica r of R has those from ⌊r C / R⌋
up to the first one of the next replica: shares differ by one class at most, and all have room for the largest.
"""

from contextlib import contextmanager

import numpy as np
import tensorflow as tf

from .._compat import native

LARGE = 2**22  # numbers in a table, 16 MB


def drawn(initializer):
    """The initializer, whose draws of large tables run as one program: eager TensorFlow would hold such a table three
    times in a row of operations, and the process would keep that memory."""

    def draw(shape, dtype="float32", **others):
        if np.prod(shape) < LARGE:
            return initializer(shape, dtype=dtype, **others)
        with _no_folding():
            return tf.function(lambda: initializer(shape, dtype=dtype, **others))()

    return draw


@contextmanager
def _no_folding():
    """A program without arguments is a constant to TensorFlow, which would draw it once only to see how large it is."""
    options, name = tf.config.optimizer, "constant_folding"
    before = options.get_experimental_options().get(name, True)
    options.set_experimental_options({name: False})
    try:
        yield
    finally:
        options.set_experimental_options({name: before})


def add_shared(layer, name, shape, num_classes, initializer=None):
    """Adds a weight (C·K, …), which Keras does not train, and of which each replica holds the rows of its own classes.

    Args:
        layer: a Keras layer, or anything else that has `add_weight`.
        name: of the weight.
        shape: of the whole; each class has K rows.
        num_classes: C.
        initializer: of the whole; None for zeros.
    """
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    if num_classes < replicas:
        raise ValueError(f"num_classes: {num_classes} classes cannot be shared by {replicas} replicas")
    rows = shape[0] // num_classes * _room(num_classes, replicas)
    with tf.variable_creator_scope(_one_value_each):
        weight = layer.add_weight(name=name, shape=(rows, *shape[1:]), initializer="zeros", trainable=False)
    if initializer is not None:
        with tf.init_scope(), tf.device("CPU"):
            values = np.asarray(initializer(shape, dtype="float32"))
        fill(weight, values, num_classes)
    return weight


def _one_value_each(next_creator, **arguments):
    own = {"synchronization": tf.VariableSynchronization.ON_READ, "aggregation": tf.VariableAggregation.NONE}
    return next_creator(**{**arguments, **own})


def is_shared(weight):
    """Whether each replica has a value of its own."""
    return native(weight).synchronization == tf.VariableSynchronization.ON_READ


def local(weight):
    """This replica's own `tf.Variable` of a weight: single rows of it can be read and written."""
    copies = tf.distribute.get_strategy().experimental_local_results(native(weight))
    return copies[_this_replica() % len(copies)]


def in_its_replica(weight):
    """Whether this runs in a replica of the strategy that the weight was made under."""
    strategy = getattr(native(weight), "distribute_strategy", None)
    return tf.distribute.get_replica_context() is not None and strategy in (None, tf.distribute.get_strategy())


def _this_replica():
    return int(tf.get_static_value(tf.distribute.get_replica_context().replica_id_in_sync_group))


def share(num_classes, replica=None):
    """The classes of a replica, this one if none is named: the first of them, and their number."""
    replica = _this_replica() if replica is None else replica
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    first, following = (number * num_classes // replicas for number in (replica, replica + 1))
    return first, following - first


def _room(num_classes, replicas):
    """The most classes that a replica has."""
    return -(-num_classes // replicas)


def whole(weight, num_classes):
    """All rows of a weight as an array. Of a shared one in a cluster, every worker has to ask."""
    variable = native(weight)
    strategy = getattr(variable, "distribute_strategy", None)
    if strategy is None or not is_shared(weight):
        return variable.numpy()
    with strategy.scope():
        gathered = strategy.gather(strategy.run(lambda: tf.convert_to_tensor(variable)), axis=0)
        parts = np.split(gathered.numpy(), strategy.num_replicas_in_sync)
        rows = len(parts[0]) // _room(num_classes, len(parts))
        counts = [share(num_classes, replica)[1] * rows for replica in range(len(parts))]
    return np.concatenate([part[:count] for part, count in zip(parts, counts, strict=True)])


def fill(weight, values, num_classes):
    """Takes all rows of a weight from an array; of a shared one, each replica takes its share."""
    variable = native(weight)
    strategy = getattr(variable, "distribute_strategy", None)
    if strategy is None or not is_shared(weight):
        variable.assign(values)
        return
    rows = len(values) // num_classes
    with strategy.scope():
        replicas = strategy.run(lambda: tf.distribute.get_replica_context().replica_id_in_sync_group)
        copies = (strategy.experimental_local_results(each) for each in (replicas, variable))
        for replica, copy in zip(*copies, strict=True):
            first, count = share(num_classes, int(replica))
            part = np.zeros(copy.shape, np.float32)
            part[: count * rows] = values[first * rows : (first + count) * rows]
            copy.assign(part)


def save(store, weights, num_classes):
    """Writes weights to a Keras store, whole, so that any number of replicas can read them back."""
    for number, weight in enumerate(weights):
        store[str(number)] = whole(weight, num_classes)


def load(store, weights, num_classes):
    """Reads what `save` wrote, on any number of replicas.

    Raises:
        ValueError: the file holds other weights.
    """
    for number, weight in enumerate(weights):
        values = np.asarray(store[str(number)])
        fill(weight, values, num_classes)
