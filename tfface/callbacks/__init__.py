"""Keras callbacks: verification during training, monitors of what can go wrong, and the log of everything."""

from .angles import AngleMonitor, Histogram
from .collapse import CollapseMonitor
from .neighbors import NearestNeighbors
from .neptune import NeptuneCallback
from .nonfinite import NonFiniteError, NonFiniteMonitor
from .verification import Verification

__all__ = [
    "AngleMonitor",
    "CollapseMonitor",
    "Histogram",
    "NearestNeighbors",
    "NeptuneCallback",
    "NonFiniteError",
    "NonFiniteMonitor",
    "Verification",
]
