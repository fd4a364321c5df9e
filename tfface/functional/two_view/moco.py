"""MoCo: a query finds its key among those of former batches (He et al. 2019, arXiv 1911.05722)."""

import tensorflow as tf

from .. import numerics, replicas


def moco(queries, keys, queue, temperature=0.2):
    """InfoNCE: −log e^{q·k/τ} / (e^{q·k/τ} + Σ_j e^{q·n_j/τ}), all L2-normalised, no gradient through keys and queue.

    Args:
        queries: (B, D), from the network that learns.
        keys: (B, D), from its slow copy, row by row of the same images.
        queue: (K, D), keys of other images.
        temperature: τ.

    Returns:
        (B,).

    Example:
        >>> import tfface
        >>> float(tfface.functional.moco([[1.0, 0.0]], [[1.0, 0.0]], [[1.0, 0.0]])[0])  # doctest: +ELLIPSIS
        0.693...
    """
    queries = numerics.normalize(numerics.as_float32(queries))
    keys, queue = (tf.stop_gradient(numerics.normalize(numerics.as_float32(x))) for x in (keys, queue))
    own = tf.reduce_sum(queries * keys, axis=-1) / temperature
    others = tf.matmul(queries, queue, transpose_b=True) / temperature
    return tf.reduce_logsumexp(tf.concat([own[:, tf.newaxis], others], axis=1), axis=1) - own


def enqueued(keys, queue, pointer):
    """The queue (K, D) with the global batch's keys in place of its oldest, and where the next ones go.

    Args:
        keys: (B, D).
        queue: (K, D).
        pointer: where the oldest key is, from 0 to K − 1, float32.
    """
    keys = tf.stop_gradient(numerics.normalize(replicas.gather(numerics.as_float32(keys))))
    size = queue.shape[0]
    count = tf.shape(keys)[0]
    start = tf.cast(pointer, tf.int32) + tf.maximum(count - size, 0)
    kept = keys[-size:]
    places = (start + tf.range(tf.shape(kept)[0])) % size
    moved = tf.tensor_scatter_nd_update(tf.convert_to_tensor(queue), places[:, tf.newaxis], kept)
    return moved, tf.cast((tf.cast(pointer, tf.int32) + count) % size, tf.float32)
