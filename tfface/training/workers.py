"""The processes that train one model together, as one of them sees them."""

import logging
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import tensorflow as tf

from .. import distribute
from .errors import WorkerLost

_GONE = (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.DeadlineExceededError, tf.errors.CancelledError)


class Workers:
    """What a process has to know of the others.

    All of them do the same at the same time, or they wait for each other for ever: what one alone finds out (a signal,
    the time) is agreed upon. Only the chief writes and speaks.

    Args:
        strategy: a `tf.distribute` strategy.

    Attributes:
        several: whether there are others.
        chief: whether this process is the one that writes.
    """

    def __init__(self, strategy):
        resolver = getattr(strategy, "cluster_resolver", None)
        self._count = sum(map(len, resolver.cluster_spec().as_dict().values())) if resolver else 1
        self.several = self._count > 1
        self.chief = not self.several or distribute.is_chief(strategy)
        if not self.chief:
            logging.getLogger("tfface").setLevel(logging.CRITICAL)

        @tf.function
        def total(votes):
            return strategy.reduce(tf.distribute.ReduceOp.SUM, strategy.run(lambda: votes), axis=None)

        self._total, self._strategy = total, strategy
        self._own = strategy.num_replicas_in_sync / self._count  # replicas of a worker, which vote alike
        self.begin()

    def divided(self, make: Callable[[tf.distribute.InputContext | None], tf.data.Dataset]):
        """What `fit` is given, so that each of several workers makes its rows of a batch only; None makes all of it."""
        return self._strategy.distribute_datasets_from_function(make) if self.several else make(None)

    def begin(self) -> None:
        """Steps of another kind begin; they may take longer."""
        self._every = self._since = 1  # steps between two votes, steps since the last one
        self._voted = time.monotonic()

    def any(self, *wishes: bool) -> list[bool]:
        """For each wish whether a worker has it; all have to ask at the same time."""
        return [count > 0 for count in self._sum(*wishes)]

    def now_and_then(self, *wishes: bool) -> list[bool]:
        """As `any`, to be called after each step: they vote about once a second, since it makes all wait for a step.

        How many steps that are follows from the seconds that all of them took, so that all vote after the same one.
        """
        if self.several and self._since < self._every:
            self._since += 1
            return [False] * len(wishes)
        now = time.monotonic()
        *counts, seconds = self._sum(*wishes, now - self._voted)
        self._every = max(1, min(2 * self._every, int(self._every * self._count / max(seconds, 1e-3))))
        self._since, self._voted = 1, now
        return [count > 0 for count in counts]

    @contextmanager
    def gone(self, folder: Path, saved: Callable[[], object] = lambda: None):
        """Tells what TensorFlow says of a worker that has ended (at once) or does not answer (after ten seconds).

        Args:
            folder: that the training writes to.
            saved: gives what is saved there.

        Raises:
            WorkerLost: one is gone; the weights may be between two steps.
        """
        try:
            yield
        except _GONE as error:
            if not self.several:
                raise
            raise WorkerLost(folder, saved()) from error

    def agree(self, *numbers: float) -> bool:
        """Whether all workers have the same numbers as the chief; all have to ask at the same time."""
        chiefs = self._sum(*(number if self.chief else 0.0 for number in numbers))
        return not self.any(chiefs != [float(number) for number in numbers])[0]

    def _sum(self, *numbers: float) -> list[float]:
        """The sum over all workers of each number."""
        numbers = [float(number) for number in numbers]
        return (self._total(tf.constant(numbers)) / self._own).numpy().tolist() if self.several else numbers
