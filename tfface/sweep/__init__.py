"""Which loss for this data: the same training with many losses, and an honest answer."""

import importlib

_HOME = {
    "Outcome": "outcome",
    "Scores": "outcome",
    "Sweep": "schema",
    "SweepInterrupted": "running",
    "load_sweep": "source",
    "read_outcomes": "outcome",
    "report": "reports.reporting",
    "run": "running",
    "write_markdown": "reports.markdown",
}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    """Imports a name when it is used: reading a sweep needs no TensorFlow, and `tfface --help` needs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f".{_HOME[name]}", __name__)
    return getattr(module, name)
