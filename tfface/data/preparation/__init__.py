"""Photographs in, aligned faces out: `prepare`."""

from .prepare import Prepared, prepare

__all__ = ["Prepared", "prepare"]
