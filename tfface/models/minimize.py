"""One step of the optimisers of a model, on however many replicas."""

import tensorflow as tf

from .._compat import apply, inner, iterations, scaled_loss
from ..functional import replicas
from .accumulation import accumulates_together, apply_together


def minimize(optimizer, row_optimizers, tape, loss, variables, taken):
    """Updates the variables, and the class weights that heads took out of themselves for this step.

    Gradients are summed over the replicas before anything else, so that what an optimiser does to them it does to those
    of the global loss: clip them, accumulate them, see whether they are finite.

    Args:
        optimizer: of the variables.
        row_optimizers: of the class weights, one for each of `taken`.
        tape: that recorded the loss, and watches the taken weights.
        loss: this replica's share of the global loss.
        variables: trained by the optimiser.
        taken: what the heads gave.
    """
    with tape:
        loss, scale = scaled_loss(optimizer, loss)
    gradients, rows = tape.gradient(loss, (variables, [list(one.weights) for one in taken]))
    gradients = _summed(gradients)
    rows = [own if one.is_share else _summed(own) for one, own in zip(taken, rows, strict=True)]
    if taken:
        keep = None if scale is None else _some_infinite([*gradients, *tf.nest.flatten(rows)])
        rows = tf.nest.map_structure(lambda gradient: gradient / (1.0 if scale is None else scale), rows)
        gradients, rows = _clipped(inner(optimizer), scale, gradients, rows, taken)
        for row_optimizer, one, own in zip(row_optimizers, taken, rows, strict=True):
            row_optimizer.update(one, own, keep)
    if variables and accumulates_together(optimizer):
        apply_together(optimizer, gradients, variables, scale)
    elif variables:
        apply(optimizer, gradients, variables, scale)
    else:  # which an optimiser takes for no step
        iterations(inner(optimizer)).assign_add(1)


def _summed(gradients):
    """The sums over the replicas; None where there is no gradient."""
    known = [gradient for gradient in gradients if gradient is not None]
    summed = iter(replicas.total(known) if known else known)
    return [None if gradient is None else next(summed) for gradient in gradients]


def _some_infinite(gradients):
    """Whether not all of them are finite, on any replica."""
    finite = [tf.reduce_all(tf.math.is_finite(gradient)) for gradient in gradients if gradient is not None]
    return replicas.total(tf.cast(~tf.reduce_all(finite), tf.float32)) > 0.0


def _clipped(optimizer, scale, gradients, rows, taken):
    """The rows' gradients clipped as the optimiser clips; of a common norm, the others' gradients clipped with them."""
    if optimizer.clipvalue:
        limit = optimizer.clipvalue
        return gradients, tf.nest.map_structure(lambda gradient: tf.clip_by_value(gradient, -limit, limit), rows)
    squares = [[_square(gradient, one.is_share) for gradient in own] for one, own in zip(taken, rows, strict=True)]
    if optimizer.clipnorm:
        return gradients, tf.nest.map_structure(lambda g, square: g * _fit(optimizer.clipnorm, square), rows, squares)
    if optimizer.global_clipnorm:
        others = tf.linalg.global_norm(gradients) / (1.0 if scale is None else scale)
        fit = _fit(optimizer.global_clipnorm, tf.add_n([tf.square(others), *tf.nest.flatten(squares)]))
        fitted = [None if gradient is None else gradient * tf.cast(fit, gradient.dtype) for gradient in gradients]
        return fitted, tf.nest.map_structure(lambda gradient: gradient * fit, rows)
    return gradients, rows


def _square(gradient, is_share):
    square = tf.reduce_sum(tf.square(gradient))
    return replicas.total(square) if is_share else square


def _fit(limit, square):
    """By what gradients with that sum of squares are multiplied."""
    return tf.minimum(1.0, limit / tf.sqrt(tf.maximum(square, 1e-30)))
