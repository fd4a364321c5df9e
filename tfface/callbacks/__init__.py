"""Keras callbacks: verification during training, and the log of everything."""

from .neptune import NeptuneCallback
from .verification import Verification

__all__ = ["NeptuneCallback", "Verification"]
