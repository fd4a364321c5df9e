"""Layers that learn more slowly than others."""

from fnmatch import fnmatchcase

import tensorflow as tf
from tensorflow import keras

from .._check import number
from .._compat import native
from .._suggest import did_you_mean


class LayerRates:
    """Takes of each step of the optimiser only a part, m, on some layers: `w ← w + m·(w' − w)`, w' being its result.

    For each optimiser this is what a learning rate m times as large does, weight decay included, and its slots are
    unmoved: they hold gradients, which are the same.

    Args:
        backbone: whose layers they are; all others of a model learn at the full rate.
        rates: m, by the layers' names, which may be patterns (`"block1*"`; the first that fits counts); or a number d,
            for m = d^k with k the number of layers with kernels above the layer.

    Attributes:
        rates: as given.

    Raises:
        ValueError: a factor is not in (0, 1], or no layer has such a name.
    """

    def __init__(self, backbone, rates):
        self.rates = rates
        layers = [layer for layer in _flat(backbone) if layer.weights]
        factors = _by_name(layers, rates) if isinstance(rates, dict) else _by_depth(layers, rates)
        self._slower = [
            (variable, factor)
            for layer, factor in zip(layers, factors, strict=True)
            for variable in layer.trainable_variables
            if factor < 1.0
        ]

    def before(self):
        """The weights as they are, to be given to `temper` after the step."""
        return [tf.identity(native(variable)) for variable, _ in self._slower]

    def temper(self, before):
        """Takes back a part of the step."""
        if self._slower:
            tf.distribute.get_replica_context().merge_call(self._temper, args=(before,))

    def _temper(self, strategy, before):
        for (variable, factor), old in zip(self._slower, before, strict=True):
            strategy.extended.update(native(variable), _towards, args=(old, factor))


def _towards(variable, old, factor):
    variable.assign(old + tf.cast(factor, old.dtype) * (variable - old))


def _flat(layer):
    """The layers with weights of their own, in the order of the graph."""
    if isinstance(layer, keras.Model):
        return [inner for own in layer.layers for inner in _flat(own)]
    return [layer]


def _by_name(layers, rates):
    names = [layer.name for layer in layers]
    for pattern, factor in rates.items():
        number(f"layer_rates[{pattern!r}]", factor, 0.0, 1.0, above=True)
        if not any(fnmatchcase(name, pattern) for name in names):
            near = did_you_mean(pattern, names)
            raise ValueError(f"layer_rates: no layer with weights is called {pattern!r}, {near}")
    fitting = ([m for pattern, m in rates.items() if fnmatchcase(name, pattern)] for name in names)
    return [(*own, 1.0)[0] for own in fitting]


def _by_depth(layers, decay):
    number("layer_rates", decay, 0.0, 1.0, above=True)
    factors, factor = [], 1.0
    for layer in reversed(layers):
        factors.append(factor)
        if any(len(weight.shape) > 1 for weight in layer.weights):
            factor *= decay
    return factors[::-1]
