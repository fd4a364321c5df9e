"""A memory of the last embeddings of a training (Wang et al. 2020, arXiv 1912.06798): a ring that batches overwrite."""

from typing import NamedTuple

import tensorflow as tf

from . import replicas


class Memory(NamedTuple):
    """The last embeddings and their labels, -1 where there is none yet."""

    labels: tf.Tensor  # (M,) int32
    embeddings: tf.Tensor  # (M, D)
    position: tf.Tensor  # () int32, where the next batch begins


def remembered(memory: Memory, labels, embeddings) -> Memory:
    """The memory after a batch: the global batch in the place of the oldest embeddings.

    Args:
        memory: before the batch.
        labels: (B,) class ids.
        embeddings: (B, D).
    """
    size = memory.labels.shape[0]
    # Of a batch larger than the memory the last embeddings stay.
    labels = replicas.gather(labels)[-size:]
    embeddings = tf.stop_gradient(replicas.gather(embeddings))[-size:]
    count = tf.shape(labels)[0]
    places = ((memory.position + tf.range(count)) % size)[:, tf.newaxis]
    return Memory(
        tf.tensor_scatter_nd_update(memory.labels, places, labels),
        tf.tensor_scatter_nd_update(memory.embeddings, places, embeddings),
        (memory.position + count) % size,
    )
