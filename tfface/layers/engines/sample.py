"""The classes of a training step: the batch's own and a random sample of the others."""

import tensorflow as tf

from ..._compat import replicated


class Sample:
    """Draws classes anew each step, a function of (seed, step).

    Args:
        rate: share of the classes in a sample, in (0, 1].
        seed: of the draws.
    """

    def __init__(self, rate, seed):
        if not 0.0 < rate <= 1.0:
            raise ValueError(f"sample_rate: expected a number in (0, 1], received {rate!r}")
        self.rate = rate
        self.seed = seed

    def build(self, head):
        """Adds the count of the draws to the head's weights."""
        self._draws = replicated(head, "draws", (), "zeros", dtype="int64")

    def size(self, num_classes):
        """How many of so many classes are in a sample."""
        return max(1, round(num_classes * self.rate))

    def draw(self, own, num_classes, most, share=0):
        """A sample (S,) of the numbers below `num_classes`, and (B,) where in it the given ones are.

        Args:
            own: (B,) numbers that must be in the sample; those that there are not stay as they are.
            num_classes: how many numbers there are.
            most: B where it is known before the step, otherwise None.
            share: keeps the draws of shares of the classes apart.
        """
        size = self._checked_size(most, num_classes)
        self._draws.assign(self._draws + 1)
        lot = tf.random.stateless_uniform(
            [num_classes], [self.seed + 1_000_003 * share, tf.cast(self._draws, tf.int32)]
        )
        known = (own >= 0) & (own < num_classes)
        inside = tf.where(known, own, 0)
        present = tf.scatter_nd(inside[:, tf.newaxis], tf.cast(known, tf.float32), [num_classes])
        present = tf.minimum(present, 1.0)
        fits = tf.reduce_sum(present) <= float(size)
        message = f"sample_rate: {self.rate} of {num_classes} classes are {size}, a batch holds more"
        with tf.control_dependencies([tf.debugging.Assert(fits, [message])]):
            # Lots are below 1, so every class that is present comes before all that are not.
            sample = tf.math.top_k(present + lot, size, sorted=False).indices
        place = tf.scatter_nd(sample[:, tf.newaxis], tf.range(size), [num_classes])
        return sample, tf.where(known, tf.gather(place, inside), own)

    def _checked_size(self, batch, num_classes):
        size = self.size(num_classes)
        if batch is not None and size < min(batch, num_classes):
            raise ValueError(
                f"sample_rate: a batch may hold {batch} classes, and {self.rate} of {num_classes} classes "
                f"are {size}: expected a sample_rate of at least {min(1.0, batch / num_classes):.2g}"
            )
        return size
