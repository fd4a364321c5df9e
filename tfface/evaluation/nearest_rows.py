"""The greatest scores of each row of a matrix that comes in pieces."""

from __future__ import annotations

import numpy as np


class NearestOfRows:
    """Keeps the `count` greatest scores of each row, whatever columns come.

    Few scores are great enough, after the first ones, and many are sorted in at once.

    Args:
        rows: how many.
        count: how many scores of each.
    """

    def __init__(self, rows: int, count: int):
        self._best = np.full((rows, count), -2, np.float32)  # falling
        self._rows, self._scores, self._held = [], [], 0

    def take(self, rows: np.ndarray, scores: np.ndarray) -> None:
        """Takes scores (n,) of rows (n,); those that are not above the `floors` may be left out."""
        self._rows.append(rows)
        self._scores.append(scores)
        self._held += len(rows)
        if self._held > 4 * self._best.size:
            self._merge()

    @property
    def floors(self) -> np.ndarray:
        """What a score of each row has to exceed to be kept (rows, 1)."""
        return self._best[:, -1:]

    @property
    def scores(self) -> np.ndarray:
        """The greatest scores of each row (rows, count), falling; −2 where there are fewer."""
        self._merge()
        return self._best

    def _merge(self):
        if not self._held:
            return
        rows, scores = np.concatenate(self._rows), np.concatenate(self._scores)
        order = np.lexsort((-scores, rows))
        rows, scores = rows[order], scores[order]
        place = np.arange(len(rows)) - np.searchsorted(rows, rows)  # within its row
        kept = place < self._best.shape[1]
        found = np.full_like(self._best, -2)
        found[rows[kept], place[kept]] = scores[kept]
        self._rows, self._scores, self._held = [], [], 0
        both = np.sort(np.concatenate([self._best, found], axis=1), axis=1)
        self._best = both[:, : -self._best.shape[1] - 1 : -1]
