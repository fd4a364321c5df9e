"""The greatest scores of each row of a matrix that comes in pieces."""

from __future__ import annotations

import numpy as np


class NearestOfRows:
    """Keeps the `count` greatest scores of each row, whatever columns come.

    After the first pieces few scores are great enough: one comparison finds them, and many are sorted in at once.

    Args:
        rows: how many.
        count: how many scores of each.

    Attributes:
        count: the same.
    """

    def __init__(self, rows: int, count: int):
        self.count = count
        self._best = np.full((rows, count), -2, np.float32)  # falling
        self._rows, self._scores, self._held = [], [], 0

    def add(self, tile: np.ndarray) -> None:
        """Takes some columns of all rows (rows, n)."""
        if self.begins and tile.shape[1] >= self._best.shape[1]:
            self._join(np.partition(tile, -self._best.shape[1], axis=1)[:, -self._best.shape[1] :])
            return
        rows, columns = np.divmod(np.flatnonzero(tile > self.floors), tile.shape[1])
        self.take(rows, tile[rows, columns])

    def take(self, rows: np.ndarray, scores: np.ndarray) -> None:
        """Takes scores (n,) of rows (n,); those that are not above the `floors` may be left out."""
        self._rows.append(rows)
        self._scores.append(scores)
        self._held += len(rows)
        if self._held > 4 * self._best.size:
            self._merge()

    @property
    def begins(self) -> bool:
        """Whether some row has fewer scores than it is to keep."""
        return bool((self._best[:, -1] == -2).any())

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
        self._join(found)

    def _join(self, scores):
        both = np.sort(np.concatenate([self._best, scores], axis=1), axis=1)
        self._best = both[:, : -self._best.shape[1] - 1 : -1]
