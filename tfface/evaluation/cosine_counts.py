"""Cosines of any number of pairs, counted to a millionth: what a whole ROC needs to know of them."""

from __future__ import annotations

import numpy as np

from .roc import Roc

_STEPS = 2**20  # bins in 1: what float32 makes of equal embeddings falls in one
_LOWEST = -2  # in whose bins is what stands for no pair


class CosineCounts:
    """Counts the cosines of impostor pairs, tile by tile."""

    def __init__(self):
        self._impostors = np.zeros(_bins(), np.int64)
        self._memory = None

    def add(self, tile: np.ndarray) -> None:
        """Counts a contiguous float32 tile, and spoils it; what is below −1.5 is no pair."""
        scores = tile.reshape(-1)
        if self._memory is None or len(self._memory) < len(scores):
            self._memory = np.empty(len(scores), np.intp)
        self._impostors += _counted(scores, self._memory[: len(scores)])

    def roc(self, genuine: np.ndarray) -> Roc:
        """The ROC of these impostors and the cosines of genuine pairs (G,), of squared distances as all others."""
        counts = np.stack([_counted(genuine.astype(np.float32), np.empty(len(genuine), np.intp)), self._impostors])
        counts[:, : _STEPS // 2] = 0
        used = np.flatnonzero(counts.any(axis=0))[::-1]
        return Roc.of_counts(*counts[:, used], 2 - 2 * (used / _STEPS + _LOWEST))


def _bins():
    return (1 - _LOWEST) * _STEPS + 2


def _counted(scores, bins):
    """How many scores lie in each bin; `scores` and `bins` are used up."""
    np.subtract(scores, np.float32(_LOWEST), out=scores)
    np.multiply(scores, np.float32(_STEPS), out=scores)
    np.add(scores, np.float32(0.5), out=scores)
    bins[:] = scores
    return np.bincount(bins, minlength=_bins())
