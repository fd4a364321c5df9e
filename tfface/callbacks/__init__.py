"""Keras callbacks: verification during training, monitors of what can go wrong, and the log of everything."""

from .collapse import CollapseMonitor
from .neptune import NeptuneCallback
from .nonfinite import NonFiniteError, NonFiniteMonitor
from .verification import Verification

__all__ = ["CollapseMonitor", "NeptuneCallback", "NonFiniteError", "NonFiniteMonitor", "Verification"]
