"""Head engines: how `W·x` is evaluated in training. Any margin runs in any of them."""

from ..._check import choice
from .chunked import ChunkedEngine
from .dense import DenseEngine
from .partial import PartialEngine

_ENGINES = {"dense": DenseEngine, "chunked": ChunkedEngine}


def get(engine, num_classes, sample_rate, seed):
    """The engine of that name."""
    if choice("engine", engine, (*_ENGINES, "partial")) == "partial":
        return PartialEngine(num_classes, sample_rate, seed)
    if sample_rate != 1.0:
        raise ValueError(
            f'sample_rate: the {engine} engine samples nothing, use engine="partial" (received {sample_rate})'
        )
    return _ENGINES[engine]()
