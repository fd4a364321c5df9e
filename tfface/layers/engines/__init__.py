"""Head engines: how `W·x` is evaluated in training. Any margin runs in any of them."""

from .dense import DenseEngine
from .partial import PartialEngine


def get(engine, num_classes, sample_rate, seed):
    """The engine of that name."""
    if engine == "dense":
        if sample_rate != 1.0:
            raise ValueError(
                f'sample_rate: the dense engine samples nothing, use engine="partial" (received {sample_rate})'
            )
        return DenseEngine()
    if engine == "partial":
        return PartialEngine(num_classes, sample_rate, seed)
    raise ValueError(f"engine: expected 'dense' or 'partial', received {engine!r}")
