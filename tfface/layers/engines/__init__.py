"""Head engines: how `W·x` is evaluated in training. Any margin runs in any of them."""

from ..._check import choice
from .chunked import ChunkedEngine
from .dense import DenseEngine
from .partial import PartialEngine
from .sharded import ShardedEngine

_ENGINES = {"dense": DenseEngine, "chunked": ChunkedEngine}
_SAMPLING = {"partial": PartialEngine, "sharded": ShardedEngine}


def get(engine, sample_rate, seed):
    """The engine of that name."""
    if choice("engine", engine, (*_ENGINES, *_SAMPLING)) in _SAMPLING:
        return _SAMPLING[engine](sample_rate, seed)
    if sample_rate != 1.0:
        raise ValueError(
            f'sample_rate: the {engine} engine samples nothing, use "partial" or "sharded" (received {sample_rate})'
        )
    return _ENGINES[engine]()
