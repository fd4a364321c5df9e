"""The one place that knows how Keras 3, tf_keras and Keras 2.15 differ."""

from contextlib import contextmanager
from functools import partial

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


def native(variable):
    """The `tf.Variable` of a weight."""
    return variable.value if KERAS_3 and isinstance(variable, keras.Variable) else variable


def origin(tensor):
    """The layer that made a symbolic tensor, and the symbolic tensors that it was given."""
    layer, index, _ = tensor._keras_history
    node = layer._inbound_nodes[index]
    return layer, list(node.input_tensors if KERAS_3 else node.keras_inputs)


# What the base class of optimisers wants to be told.
OPTIMIZER_BASE = {"learning_rate": 0.0} if KERAS_3 else {}


def inner(optimizer):
    """The optimiser itself, where one that scales the loss stands around it."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def iterations(optimizer):
    """How many steps an optimiser has done, as a tensor or variable."""
    return optimizer._iterations


def rate(optimizer):
    """The learning rate of the next step."""
    learning_rate = optimizer._learning_rate
    if isinstance(learning_rate, keras.optimizers.schedules.LearningRateSchedule):
        return learning_rate(iterations(optimizer))
    return learning_rate() if callable(learning_rate) else tf.convert_to_tensor(learning_rate)


def aggregates_nothing(optimizer):
    """Lets an optimiser take gradients as they are, already summed over the replicas.

    Keras 3 would sum them itself, but clips, accumulates and looks for what is not finite before that, so that N
    replicas would not learn what one does.
    """
    if KERAS_3:
        inner(optimizer)._all_reduce_sum_gradients = lambda gradients_and_variables: gradients_and_variables


def scaled_loss(optimizer, loss):
    """The loss that is differentiated, and by what its gradients have to be divided; None for one."""
    if inner(optimizer) is not optimizer:
        if not KERAS_3:
            return optimizer.get_scaled_loss(loss), optimizer.loss_scale
        scale = optimizer.dynamic_scale if optimizer.built else optimizer.initial_scale
    else:
        scale = getattr(optimizer, "loss_scale_factor", None)
    return (loss, None) if scale is None else (loss * scale, scale)


def apply(optimizer, gradients, variables, scale):
    """One step with gradients of the scaled global loss."""
    if KERAS_3:  # which divides by the scale itself
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return
    if scale is not None:
        gradients = optimizer.get_unscaled_gradients(gradients)
    optimizer.apply_gradients(zip(gradients, variables, strict=True), skip_gradients_aggregation=True)


@contextmanager
def readable_seeds():
    """Random layers made inside draw from generators of their own, where Keras 2 takes a state nobody can read."""
    if KERAS_3 or keras.backend.experimental.is_tf_random_generator_enabled():
        yield
        return
    keras.backend.experimental.enable_tf_random_generator()
    try:
        yield
    finally:
        keras.backend.experimental.disable_tf_random_generator()


def seed_states(model):
    """The variables that say what a model's random layers draw next, in the order of its layers."""
    if KERAS_3:
        return [variable for variable in model.variables if variable.name == "seed_generator_state"]
    of_layers = (getattr(layer, "_random_generator", None) for layer in model._flatten_layers())
    generators = (getattr(generator, "_generator", None) for generator in of_layers)
    return [generator.state for generator in generators if generator is not None]


def mend_fit(model):
    """Makes `fit` and `evaluate` of a Keras 3 model right under `tf.distribute`; Keras 2 needs nothing.

    Keras 3 draws a batch to see its shapes and averages it over the replicas, which costs a pass of the dataset and
    fails with several workers; there it also averages logs, which are scalars, over an axis (keras#20585). Its loop of
    several steps an execution fails with several replicas.
    """
    if KERAS_3:
        model._maybe_symbolic_build = partial(_build_from_shapes, model)
        if model.distribute_strategy.num_replicas_in_sync > 1:
            model._make_function = partial(_function_on_replicas, model)


def build_metrics(model, labels, scores):
    """Makes the weights of compiled metrics for labels and scores of these shapes, where Keras 3 wants a batch to."""
    if KERAS_3 and model._compile_metrics is not None:
        with model.distribute_strategy.scope():
            model._compile_metrics.build(keras.KerasTensor(labels, "int32"), keras.KerasTensor(scores, "float32"))


def _build_from_shapes(model, iterator=None, data_batch=None):
    if model._distribute_strategy is None:
        return
    if iterator is not None:
        specs = tf.nest.map_structure(_of_one_replica, iterator.data_adapter.get_tf_dataset().element_spec)
        known = all(spec.shape.rank is not None for spec in tf.nest.flatten(specs))
        data_batch = specs if known else _one_batch(model, iterator)
    with model.distribute_strategy.scope():
        model._symbolic_build(data_batch=data_batch)


def _of_one_replica(spec):
    return getattr(spec, "_value_specs", (spec,))[0]  # a dataset that was distributed already has one a replica


def _one_batch(model, iterator):
    """What one replica is given of a batch, for datasets that do not say how many axes they have."""
    _, _, batches = next(iter(iterator))
    return tf.nest.map_structure(lambda x: model.distribute_strategy.experimental_local_results(x)[0], next(batches))


def _function_on_replicas(model, step):
    """What `fit` calls for `steps_per_execution` steps, and what it then logs: the means over all replicas."""
    strategy = model.distribute_strategy

    def on_replica(batch):
        return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.MEAN, step(batch))

    @tf.autograph.experimental.do_not_convert
    def on_batch(batch):
        logs = strategy.run(on_replica, args=(batch,))
        return tf.nest.map_structure(lambda mean: strategy.experimental_local_results(mean)[0], logs)

    @tf.autograph.experimental.do_not_convert
    def on_next(batches):
        return on_batch(next(batches))

    if not model.run_eagerly:
        compiled = partial(tf.function, reduce_retracing=True, jit_compile=model.jit_compile)
        on_batch, on_next = compiled(on_batch), compiled(on_next)

    # One by one: collectives cannot run in the branches that Keras 3 writes for several steps.
    def steps(batches):
        if not isinstance(batches, tf.distribute.DistributedIterator):  # of `train_on_batch`
            return on_batch(next(batches))
        logs = None
        for _ in range(model.steps_per_execution):
            try:
                logs = on_next(batches)
            except tf.errors.OutOfRangeError:
                break
        if logs is None:
            raise StopIteration
        return logs

    return steps
