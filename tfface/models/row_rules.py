"""The steps of Keras' optimisers as functions of tensors, so that they can be taken on some rows of a weight alone.

Each rule names its slots for an optimiser, and takes (optimiser, learning rate, step from 1, weights, gradient, slots)
to the new weights and the new slots.
"""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf


class Rule(NamedTuple):
    """What a kind of optimiser keeps of each weight, and its step."""

    slots: Callable
    step: Callable


def _sgd(optimizer, rate, step, weights, gradient, slots):
    if not slots:
        return weights - rate * gradient, []
    velocity = optimizer.momentum * slots[0] - rate * gradient
    if optimizer.nesterov:
        return weights + optimizer.momentum * velocity - rate * gradient, [velocity]
    return weights + velocity, [velocity]


def _adam(optimizer, rate, step, weights, gradient, slots):
    mean, square, *greatest = slots
    mean += (1.0 - optimizer.beta_1) * (gradient - mean)
    square += (1.0 - optimizer.beta_2) * (tf.square(gradient) - square)
    greatest = [tf.maximum(greatest[0], square)] if greatest else []
    rate *= tf.sqrt(1.0 - optimizer.beta_2**step) / (1.0 - optimizer.beta_1**step)
    weights -= rate * mean / (tf.sqrt((greatest or [square])[0]) + optimizer.epsilon)
    return weights, [mean, square, *greatest]


def _lion(optimizer, rate, step, weights, gradient, slots):
    (mean,) = slots
    weights -= rate * tf.sign(optimizer.beta_1 * mean + (1.0 - optimizer.beta_1) * gradient)
    return weights, [optimizer.beta_2 * mean + (1.0 - optimizer.beta_2) * gradient]


_ADAM = Rule(lambda optimizer: ("mean", "square", *(["greatest"] if optimizer.amsgrad else [])), _adam)
RULES = {
    "SGD": Rule(lambda optimizer: ("velocity",) if optimizer.momentum else (), _sgd),
    "Adam": _ADAM,
    "AdamW": _ADAM,
    "Lion": Rule(lambda optimizer: ("mean",), _lion),
}
