"""Accumulated gradients on several replicas.

Keras 3 asks in each replica whether this is the step that updates. Replicas cannot meet inside such a
branch, and it fails. Here they meet first, and take the branch together.
"""

import tensorflow as tf

from .._compat import inner, iterations, native


def accumulates_together(optimizer):
    """Whether the optimiser accumulates, on replicas that have to meet for an update."""
    context = tf.distribute.get_replica_context()
    steps = getattr(optimizer, "gradient_accumulation_steps", None)
    return bool(steps) and context is not None and meets(context.strategy)


def check_accumulation(optimizer, strategy):
    """Refuses what does not go with accumulated gradients on several replicas.

    Raises:
        ValueError: the optimiser accumulates there, and scales the loss or averages weights.
    """
    steps = getattr(inner(optimizer), "gradient_accumulation_steps", None)
    if not steps or not meets(strategy):
        return
    for other, asked in (
        ("a scaled loss (float16)", inner(optimizer) is not optimizer),
        ("use_ema", inner(optimizer).use_ema),
    ):
        if asked:
            raise ValueError(
                f"optimizer: gradient_accumulation_steps={steps} does not go with {other} under "
                f"{type(strategy).__name__}; make the batches larger"
            )


def meets(strategy):
    """Whether the strategy has several replicas, which meet for an update."""
    return strategy.num_replicas_in_sync > 1 and strategy.extended._use_merge_call()


def apply_together(optimizer, gradients, variables, scale):
    """Does in a replica what `optimizer.apply` does, with gradients of a scaled loss, the same in all replicas."""
    pairs = [pair for pair in zip(gradients, variables, strict=True) if pair[0] is not None]
    gradients = [gradient if scale is None else gradient / scale for gradient, _ in pairs]
    variables = [variable for _, variable in pairs]
    sums = [optimizer._accumulated_gradients[optimizer._get_variable_index(variable)] for variable in variables]
    steps = optimizer.gradient_accumulation_steps

    def update(gradients):
        means = [(total + gradient) / steps for total, gradient in zip(sums, gradients, strict=True)]
        means = optimizer._clip_gradients(means)
        optimizer._apply_weight_decay(variables)
        optimizer._backend_update_step(means, variables, optimizer.learning_rate)
        for variable in variables:
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable))

    def together(strategy, gradients):
        def updated():
            strategy.extended.call_for_each_replica(update, args=(gradients,))
            for total in sums:
                strategy.extended.update(native(total), lambda total: total.assign(tf.zeros_like(total)))
            return True

        def accumulated():
            for total, gradient in zip(sums, gradients, strict=True):
                strategy.extended.update(native(total), lambda total, one: total.assign_add(one), args=(gradient,))
            return False

        count = native(iterations(optimizer))
        tf.cond((tf.convert_to_tensor(count) + 1) % steps == 0, updated, accumulated)
        strategy.extended.update(count, lambda count: count.assign_add(1))

    tf.distribute.get_replica_context().merge_call(together, args=(gradients,))
