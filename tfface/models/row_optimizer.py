"""Updates class weights that a head's engine takes out of the head for a step."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

import tensorflow as tf
from tensorflow import keras

from .._compat import OPTIMIZER_BASE, inner, iterations, rate
from ..layers import tables
from .row_rules import RULES


@dataclass(frozen=True)
class _Source:
    """What a row optimiser follows. A plain object, since Keras would save the attributes of an optimiser with it."""

    optimizer: Any
    head: Any
    rule: Any


class RowOptimizer(keras.optimizers.Optimizer):
    """Does to the rows that take part in a step what a Keras optimiser does to weights as a whole.

    Its slots have the rows that the weights have, on the same replicas. Rows that take no part rest, their slots too.
    It is a Keras optimiser so that Keras saves it with the model.

    Args:
        optimizer: of the model; its kind, settings, learning rate and steps are followed.
        head: whose weights are updated.

    Raises:
        ValueError: such weights cannot follow this optimiser.
    """

    def __init__(self, optimizer, head):
        super().__init__(name=f"rows_of_{head.name}", **OPTIMIZER_BASE)
        self.source = _Source(inner(optimizer), head, _rule_of(inner(optimizer), head))
        names = self.source.rule.slots(inner(optimizer))
        self._slots = [
            [head.add_like(table, self, f"{name}_{number}") for name in names]
            for number, table in enumerate(head.tables)
        ]

    def add_weight(self, name, shape, **_):
        """Zeros of that shape, for `head.add_like`."""
        return self.add_variable(shape=shape, name=name)

    def update(self, taken, gradients, keep=None):
        """Updates what took part in a step.

        Args:
            taken: what `head.take` gave.
            gradients: of the global loss with respect to `taken.weights`.
            keep: a boolean scalar, whether to leave everything as it is; None for no.
        """
        head = self.source.head
        if head.trainable:
            for table, slots, weights, gradient in zip(head.tables, self._slots, taken.weights, gradients, strict=True):
                self._update(table, slots, taken.rows, weights, gradient, keep)

    def _update(self, table, slots, rows, weights, gradient, keep):
        optimizer = self.source.optimizer
        learning_rate = tf.cast(rate(optimizer), tf.float32)
        step = tf.cast(iterations(optimizer) + 1, tf.float32)
        variables = [tables.local(variable) for variable in (table, *slots)]
        before = [weights, *(_read(variable, rows) for variable in variables[1:])]
        if optimizer.weight_decay is not None:
            weights -= weights * (optimizer.weight_decay * learning_rate)
        weights, slots = self.source.rule.step(optimizer, learning_rate, step, weights, gradient, before[1:])
        for variable, old, new in zip(variables, before, [weights, *slots], strict=True):
            _write(variable, rows, new if keep is None else tf.where(keep, old, new))

    def save_own_variables(self, store):
        tables.save(store, list(chain(*self._slots)), self.source.head.num_classes)

    def load_own_variables(self, store):
        slots = list(chain(*self._slots))
        if len(store.keys()) == len(slots):  # otherwise the file is of another optimiser, and this one starts afresh
            tables.load(store, slots, self.source.head.num_classes)


def row_optimizers(optimizer, heads, former):
    """One for each head; the former one where nothing has changed."""
    kept = {(each.source.optimizer, each.source.head): each for each in former}
    return [kept.get((inner(optimizer), head)) or RowOptimizer(optimizer, head) for head in heads]


def _read(variable, rows):
    return tf.convert_to_tensor(variable) if rows is None else tf.gather(variable, rows)


def _write(variable, rows, values):
    if rows is None:
        variable.assign(values)
    else:
        variable.scatter_update(tf.IndexedSlices(values, rows))


def _rule_of(optimizer, head):
    what = f'optimizer: the class weights of the engine "{head.engine}" are updated row by row'
    kind = type(optimizer).__name__
    if kind not in RULES:
        raise ValueError(f"{what}, which there is for {', '.join(RULES)}, received {kind}")
    for argument in ("use_ema", "gradient_accumulation_steps"):
        if getattr(optimizer, argument, None):
            raise ValueError(f'{what}, without {argument}; the engines "dense" and "chunked" have it')
    return RULES[kind]
