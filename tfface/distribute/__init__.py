"""Training on several devices and machines: the strategy of this process, its chief, and what makes `fit` right there.

Importing this package imports no TensorFlow: what starts processes needs none.
"""

import importlib

_HOME = {"strategy": "strategies", "is_chief": "chief", "mend_fit": "mend", "synchronize": "batch_norm"}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    """Imports a name when it is used."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
