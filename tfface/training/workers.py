"""The processes that train one model together, as one of them sees them."""

import logging

import tensorflow as tf

from .. import distribute


class Workers:
    """What a process has to know of the others.

    All of them do the same at the same time, or they wait for each other for ever: what one alone finds out (a signal,
    the time) is agreed upon. Only the chief writes and speaks.

    Args:
        strategy: a `tf.distribute` strategy.

    Attributes:
        chief: whether this process is the one that writes.
    """

    def __init__(self, strategy):
        resolver = getattr(strategy, "cluster_resolver", None)
        self._several = resolver is not None and sum(map(len, resolver.cluster_spec().as_dict().values())) > 1
        self.chief = not self._several or distribute.is_chief(strategy)
        if not self.chief:
            logging.getLogger("tfface").setLevel(logging.CRITICAL)

        @tf.function
        def total(votes):
            return strategy.reduce(tf.distribute.ReduceOp.SUM, strategy.run(lambda: votes), axis=None)

        self._total = total

    def any(self, *wishes: bool) -> list[bool]:
        """For each wish whether a worker has it; all have to ask at the same time."""
        if not self._several:
            return list(wishes)
        votes = tf.constant([float(wish) for wish in wishes])
        return [bool(count) for count in self._total(votes).numpy() > 0.0]
