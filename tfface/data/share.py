"""Which rows of every batch a worker makes, where several train together."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf


class Rows(NamedTuple):
    """Rows of a batch: `count` of its `of` rows, from `first` on."""

    first: int
    count: int
    of: int

    def cut(self, batch: tf.Tensor) -> tf.Tensor:
        """These rows of what has one for each image, whatever its type."""
        return batch[self.first : self.first + self.count]


class Share:
    """A worker's part of the batches: that of its replicas, one after the other, as the batch has them.

    Replicas differ by one row at most, where a batch does not divide evenly.

    Args:
        context: which worker, of how many; as `strategy.distribute_datasets_from_function` tells it.
        batch_size: B, of all workers together.

    Attributes:
        rows: those of the worker.

    Raises:
        ValueError: there are fewer images than replicas.
    """

    def __init__(self, context: tf.distribute.InputContext, batch_size: int):
        replicas = context.num_replicas_in_sync
        if batch_size < replicas:
            raise ValueError(
                f"batch_size: expected at least one image for each of {replicas} replicas, got {batch_size}"
            )
        each, more = divmod(batch_size, replicas)
        counts = [each + (replica < more) for replica in range(replicas)]
        own = replicas // context.num_input_pipelines
        begin = context.input_pipeline_id * own
        self._counts = counts[begin : begin + own]
        self.rows = Rows(sum(counts[:begin]), sum(self._counts), batch_size)

    def of_whole(self, batches: tf.data.Dataset) -> tf.data.Dataset:
        """The worker's rows of batches that had to be made whole."""
        return batches.map(lambda *batch: tf.nest.map_structure(self.rows.cut, batch))

    def of_replicas(self, batches: tf.data.Dataset) -> tf.data.Dataset:
        """Batches of the worker's rows as batches of each of its replicas; their number stays known."""
        if len(self._counts) == 1:
            return batches
        steps = batches.cardinality()
        known = tf.data.experimental.assert_cardinality(steps if steps < 0 else steps * len(self._counts))
        return batches.rebatch(self._counts).apply(known)
