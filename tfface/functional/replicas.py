"""The global batch under `tf.distribute`: sums and gathers over replicas, with exact gradients.

Outside a strategy, or with one replica, every function here returns what it was given.
"""

import tensorflow as tf


def _context():
    context = tf.distribute.get_replica_context()
    return context if context is not None and context.num_replicas_in_sync > 1 else None


def count() -> int:
    """Number of replicas that share the global batch."""
    context = _context()
    return context.num_replicas_in_sync if context else 1


def total(x):
    """Sum of a tensor over the replicas."""
    context = _context()
    return context.all_reduce(tf.distribute.ReduceOp.SUM, x) if context else x


def gather(x):
    """The replicas' rows, one after the other: (B, …) on each → (global B, …) on all."""
    context = _context()
    if context is None:
        return x
    if x.dtype == tf.bool:  # which collectives do not carry
        return tf.cast(gather(tf.cast(x, tf.int32)), tf.bool)
    return tf.ensure_shape(context.all_gather(x, axis=0), [None, *x.shape[1:]])


def most_rows(x):
    """How many rows the gathered batch has at most, where the shape of this replica's rows says it; otherwise None."""
    return None if x.shape[0] is None else x.shape[0] * count()


def first_row(local_rows):
    """Where this replica's rows start in the gathered batch."""
    context = _context()
    if context is None:
        return tf.constant(0, tf.int32)
    sizes = context.all_gather(tf.reshape(local_rows, [1]), axis=0)
    return tf.reduce_sum(sizes[: context.replica_id_in_sync_group])


def own_rows(local_rows):
    """Which rows of the gathered batch are this replica's, (local_rows,)."""
    return first_row(local_rows) + tf.range(local_rows)
