"""Chunk after chunk of the classes: numbers a sample that are put together from them, and gradients from them again."""

import tensorflow as tf
from tensorflow.compiler.tf2xla.python import xla

from .numerics import compiled
from .parts import joined

AT_ONCE = 2  # chunks: the next one's scores keep all cores busy; more of them would only take memory


def over_chunks(parts_of, tables, num_classes, chunk):
    """What all classes give, from what chunks of them give.

    Args:
        parts_of: class ids (S,), and the rows of the tables that are theirs → parts as numbers (B,) a sample, by name.
        tables: a nest of tensors with rows for each class, as many for one as for another.
        num_classes: C.
        chunk: S; the last chunk may be smaller.
    """
    chunks = _Chunks(num_classes, chunk)

    def parts_of_turn(turn):
        return parts_of(chunks.classes(turn), chunks.rows(tables, turn))

    def join(turn, so_far):
        found = parts_of_turn(turn)
        return {name: joined(name, [part, found[name]]) for name, part in so_far.items()}

    return chunks.loop(join, parts_of_turn(chunks.last))


def pull_over_chunks(gradients_of, tables, constants, sources, num_classes, chunk):
    """The gradients of something that is made from chunk after chunk of tables, and from the same sources each time.

    Args:
        gradients_of: class ids (S,), and the rows of tables and constants that are theirs → gradients with respect to
            those of the tables, and with respect to the sources, two lists.
        tables: list of tensors with rows for each class.
        constants: a nest of such tensors that are not differentiated.
        sources: list of tensors.
        num_classes, chunk: as above.

    Returns:
        Gradients with respect to the tables, and with respect to the sources, two lists.
    """
    chunks = _Chunks(num_classes, chunk)

    def pull(turn, so_far):
        of_rows, of_sources = gradients_of(chunks.classes(turn), *chunks.rows((tables, constants), turn))
        filled = [chunks.filled(buffer, turn, gradient) for buffer, gradient in zip(so_far[0], of_rows, strict=True)]
        return filled, [_added_chunk(total, gradient) for total, gradient in zip(so_far[1], of_sources, strict=True)]

    start = [chunks.buffer(table) for table in tables], [_zeros(source) for source in sources]
    buffers, of_sources = chunks.loop(pull, pull(chunks.last, start))
    return [chunks.whole(*pair) for pair in zip(buffers, tables, strict=True)], of_sources


def added(total, gradient):
    """A sum of gradients; the next one is added in place where it is of a few rows, some of them more than once."""
    if gradient is None:
        return total
    if not isinstance(gradient, tf.IndexedSlices):
        return total + gradient
    rows = gradient.indices
    if compiled():
        return tf.tensor_scatter_nd_add(total, rows[:, tf.newaxis], gradient.values)
    # A GPU adds all rows at once: of two that are the same it would lose one. To write the same twice does no harm.
    same = tf.cast(tf.equal(rows[:, tf.newaxis], rows), gradient.values.dtype)
    summed = tf.tensordot(same, gradient.values, 1)
    return tf.raw_ops.InplaceUpdate(x=total, i=rows, v=tf.gather(total, rows) + summed)


def _added_chunk(total, gradient):
    """The same where no row comes twice."""
    if gradient is None or compiled() or not isinstance(gradient, tf.IndexedSlices):
        return added(total, gradient)
    return tf.raw_ops.InplaceAdd(x=total, i=gradient.indices, v=gradient.values)


def _zeros(source):
    """Zeros that may be written to: a buffer of their own in each step, where tf.zeros could be a constant."""
    return tf.raw_ops.Empty(shape=tf.shape(source), dtype=source.dtype, init=True)


class _Chunks:
    """Chunks of the classes, by their number: `size` classes in each but the last, which may have fewer."""

    def __init__(self, num_classes, size):
        self._num_classes, self._size = num_classes, size
        self.last = (num_classes - 1) // size

    def classes(self, turn):
        """Their ids."""
        return turn * self._size + tf.range(self._size_of(turn))

    def rows(self, tables, turn):
        """Their rows of tables: a slice of whole rows shares the table's memory, which a gather would not."""

        def rows(table):
            a_class, others = self._rows(table)
            begin = [turn * self._size * a_class, *(0 for _ in others)]
            return tf.slice(table, begin, [self._size_of(turn) * a_class, *others])

        return tf.nest.map_structure(rows, tables)

    def buffer(self, table):
        """Memory for values like those of a table, in which each chunk has the room of a full one."""
        a_class, others = self._rows(table)
        return tf.raw_ops.Empty(shape=[self.last + 1, self._size * a_class, *others], dtype=table.dtype)

    def filled(self, buffer, turn, values):
        """The buffer with the values of a chunk, in place."""
        missing = buffer.shape[1] - values.shape[0]
        values = tf.pad(values, [[0, missing], *([0, 0] for _ in values.shape[1:])])[tf.newaxis]
        if compiled():
            return xla.dynamic_update_slice(buffer, values, [turn, *(0 for _ in values.shape[1:])])
        return tf.raw_ops.InplaceUpdate(x=buffer, i=[turn], v=values)

    def whole(self, buffer, table):
        """What a full buffer holds, in the shape of the table."""
        return tf.reshape(buffer, [-1, *table.shape[1:]])[: table.shape[0]]

    def loop(self, function, start):
        """Calls a function of a chunk's number and of what came before, for all chunks but the last."""
        if not self.last:
            return start
        step = lambda turn, so_far: (turn + 1, function(turn, so_far))  # noqa: E731
        return tf.while_loop(lambda turn, _: turn < self.last, step, (0, start), parallel_iterations=AT_ONCE)[1]

    def _size_of(self, turn):
        return self._num_classes - turn * self._size if turn is self.last else self._size

    def _rows(self, table):
        """How many rows a class has, and the shape of one."""
        return table.shape[0] // self._num_classes, table.shape[1:]
