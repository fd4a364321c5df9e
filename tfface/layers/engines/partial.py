"""Partial FC: the batch's own classes plus a random sample of the others (An et al. 2022, arXiv 2203.15565)."""

import tensorflow as tf

from ..._compat import replicated
from ...functional import replicas
from ...functional.labels import IGNORED


class PartialEngine:
    """Evaluates the loss on a sample of the classes, drawn anew each step from (seed, step).

    Only the sampled rows of the class weights are gathered and differentiated: their gradient is `tf.IndexedSlices`.
    Outside training all classes are scored.

    Args:
        num_classes: C.
        sample_rate: share of the classes in a sample, in (0, 1].
        seed: of the draws.
    """

    def __init__(self, num_classes, sample_rate, seed):
        if not 0.0 < sample_rate <= 1.0:
            raise ValueError(f"sample_rate: expected a number in (0, 1], received {sample_rate!r}")
        self.size = max(1, round(num_classes * sample_rate))
        self.num_classes = num_classes
        self.sample_rate = sample_rate
        self.seed = seed

    def build(self, head):
        self.draws = replicated(head, "draws", (), "zeros", dtype="int64")

    def classes_a_step(self, num_classes):
        """The size of a sample."""
        return self.size

    def supervise(self, head, embeddings, labels, loss, state, training):
        classes = self._sample(labels) if training else None
        if training:
            # A class left out of the sample becomes "ignore this sample", never another class.
            unsampled = tf.fill([self.num_classes], IGNORED)
            place = tf.tensor_scatter_nd_update(unsampled, classes[:, tf.newaxis], tf.range(self.size))
            known = (labels >= 0) & (labels < self.num_classes)  # others stay as they are, for the loss to judge
            labels = tf.where(known, tf.gather(place, tf.where(known, labels, 0)), labels)
        return head.judge(embeddings, labels, loss, state, training, classes)

    def _sample(self, labels):
        """Class ids (S,): every class of the global batch, then others at random."""
        labels = replicas.gather(labels)
        batch = labels.shape[0]
        if batch is not None and self.size < min(batch, self.num_classes):
            raise ValueError(
                f"sample_rate: a batch may hold {batch} classes, and {self.sample_rate} of {self.num_classes} classes "
                f"are {self.size}: expected a sample_rate of at least {min(1.0, batch / self.num_classes):.2g}"
            )
        self.draws.assign(self.draws + 1)
        lot = tf.random.stateless_uniform([self.num_classes], [self.seed, tf.cast(self.draws, tf.int32)])
        present = tf.scatter_nd(
            tf.maximum(labels, 0)[:, tf.newaxis], tf.cast(labels >= 0, tf.float32), [self.num_classes]
        )
        present = tf.minimum(present, 1.0)
        fits = tf.reduce_sum(present) <= float(self.size)
        message = f"sample_rate: {self.sample_rate} of {self.num_classes} classes are {self.size}, a batch holds more"
        with tf.control_dependencies([tf.debugging.Assert(fits, [message])]):
            # Lots are below 1, so every class that is present comes before all that are not.
            return tf.math.top_k(present + lot, self.size, sorted=False).indices
