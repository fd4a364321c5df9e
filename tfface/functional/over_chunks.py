"""Numbers a sample that are put together from chunks of classes, and their gradients from the same chunks again."""

import tensorflow as tf
from tensorflow.python.ops.control_flow_util import GraphOrParentsInXlaContext

LOGSUMEXP, GREATEST = "logsumexp", "greatest"


def over_chunks(parts_of, num_classes, chunk):
    """What all classes give, from what chunks of them give.

    Args:
        parts_of: class ids (S,) → (B,) tensors by name: a log-sum-exp, a maximum, or else sums over these classes.
        num_classes: C.
        chunk: S; the last chunk may be smaller.
    """

    def join(so_far, classes):
        found = parts_of(classes)
        return {name: _joined(name, so_far[name], found[name]) for name in so_far}

    turns, last = _chunks(num_classes, chunk)
    return _loop(turns, chunk, join, parts_of(last))


def pull_over_chunks(parts_of, sources, parts, upstream, num_classes, chunk):
    """The gradients of `over_chunks` with respect to its sources.

    Args:
        parts_of: class ids (S,) and sources → (B,) tensors by name.
        sources: list of tensors.
        parts: what `over_chunks` gave.
        upstream: gradients of these by name.
        num_classes, chunk: as there.
    """

    def pull(so_far, classes):
        own = [tf.identity(source) for source in sources]
        with tf.GradientTape() as tape:
            tape.watch(own)
            found = parts_of(classes, own)
        slopes = {
            name: upstream[name] * (tf.exp(part - parts[name]) if name == LOGSUMEXP else 1.0)
            for name, part in found.items()
        }
        gradients = tape.gradient(found, own, slopes)
        return [_added_chunk(total, gradient) for total, gradient in zip(so_far, gradients, strict=True)]

    turns, last = _chunks(num_classes, chunk)
    return _loop(turns, chunk, pull, pull([_zeros(source) for source in sources], last))


def added(total, gradient):
    """A sum of gradients; the next one is added in place where it is of a few rows, some of them more than once."""
    if gradient is None:
        return total
    if not isinstance(gradient, tf.IndexedSlices):
        return total + gradient
    rows = gradient.indices
    if _compiled():
        return tf.tensor_scatter_nd_add(total, rows[:, tf.newaxis], gradient.values)
    # A GPU adds all rows at once: of two that are the same it would lose one. To write the same twice does no harm.
    same = tf.cast(tf.equal(rows[:, tf.newaxis], rows), gradient.values.dtype)
    summed = tf.tensordot(same, gradient.values, 1)
    return tf.raw_ops.InplaceUpdate(x=total, i=rows, v=tf.gather(total, rows) + summed)


def _added_chunk(total, gradient):
    """The same where no row comes twice."""
    if gradient is None or _compiled() or not isinstance(gradient, tf.IndexedSlices):
        return added(total, gradient)
    return tf.raw_ops.InplaceAdd(x=total, i=gradient.indices, v=gradient.values)


def _zeros(source):
    """Zeros that may be written to: a buffer of their own in each step, where tf.zeros could be a constant."""
    return tf.raw_ops.Empty(shape=tf.shape(source), dtype=source.dtype, init=True)


def _compiled():
    """Whether XLA compiles what is traced: it scatters in place, and TensorFlow's own kernel copies all rows."""
    return GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph())


def _joined(name, one, other):
    if name == LOGSUMEXP:
        return tf.reduce_logsumexp([one, other], axis=0)
    return tf.maximum(one, other) if name == GREATEST else one + other


def _chunks(num_classes, chunk):
    """How many full chunks come before the last one, and the class ids of that."""
    turns = (num_classes - 1) // chunk
    return turns, tf.range(turns * chunk, num_classes)


def _loop(turns, chunk, function, start):
    def one(turn, so_far):
        return turn + 1, function(so_far, turn * chunk + tf.range(chunk))

    return tf.while_loop(lambda turn, _: turn < turns, one, (0, start))[1] if turns else start
