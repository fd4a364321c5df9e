"""What replicas send each other in a training step: counted while it runs, and computed from the sizes."""

from contextlib import contextmanager

import tensorflow as tf
from tensorflow.python.ops import gen_collective_ops

_FLOAT = 4
_OPS = {"collective_reduce_v2": "reduce", "collective_gather_v2": "gather"}


class Counts:
    """Bytes that collectives reduce and put together, as all replicas see it; a gather counts what comes out."""

    def __init__(self):
        # one for each place in a graph: a common one would put an order on collectives, and they would wait for ever
        with tf.device("CPU:0"):
            self._free = [tf.Variable(0, dtype=tf.int64) for _ in range(500)]
        self._used = []

    @contextmanager
    def counting(self):
        """Collectives of functions that are traced in here are counted whenever these run."""
        former = {name: getattr(gen_collective_ops, name) for name in _OPS}
        for name, kind in _OPS.items():
            setattr(gen_collective_ops, name, self._counted(former[name], kind))
        try:
            yield
        finally:
            for name, function in former.items():
                setattr(gen_collective_ops, name, function)

    def restart(self):
        """Begins at zero."""
        for _, number in self._used:
            number.assign(0)

    def read(self) -> dict[str, int]:
        """Bytes by kind of collective, since the last `restart`."""
        return {kind: sum(int(number) for its, number in self._used if its == kind) for kind in _OPS.values()}

    def _counted(self, function, kind):
        def counted(*arguments, **options):
            result = function(*arguments, **options)
            number = self._free.pop()
            self._used.append((kind, number))
            with tf.device("CPU:0"):
                number.assign_add(tf.size(result, tf.int64) * result.dtype.size)
            return result

        return counted


def expected(engine, batch, dimension, classes, sampled) -> dict[str, int]:
    """What one replica takes part in a step, from the sizes; the class weights and what goes with the samples.

    Args:
        engine: one of ours.
        batch: global batch.
        dimension, classes: D and C.
        sampled: classes that a step looks at.
    """
    labels, embeddings = _FLOAT * batch, _FLOAT * batch * dimension
    if engine in ("dense", "chunked"):
        return {"reduce": _FLOAT * classes * dimension, "gather": 0}
    if engine == "partial":
        return {"reduce": _FLOAT * sampled * dimension, "gather": labels}
    return {"reduce": embeddings, "gather": embeddings + labels}  # embeddings one way, their gradients the other


def sent(counted: dict[str, int], replicas: int) -> float:
    """Bytes that each replica sends if they stand in a ring: a reduce goes round twice, a gather once."""
    return (replicas - 1) / replicas * (2 * counted["reduce"] + counted["gather"])
