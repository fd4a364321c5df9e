"""The greatest of many scores that come tile by tile, and which of them is really the k-th."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_CLOSE = 1_000_000  # scores too close to the last one to be told apart in float32; more are not looked at again


class Greatest:
    """Keeps the `count` greatest scores of all tiles, those so close behind that float32 cannot tell, and their places.

    Nearly all scores of a tile are below what is kept already: one comparison passes over them, and only the few others
    are ever sorted.

    Args:
        count: how many.
        margin: how far a score in float32 may be from the true one.

    Attributes:
        floor: what a score has to exceed to be kept.
    """

    def __init__(self, count: int, margin: float):
        self._count, self._margin = count, margin
        self._scores, self._places, self._held = [], [], 0
        self.floor = np.float32(-1.5)

    def add(self, tile: np.ndarray, places: Callable[[np.ndarray], np.ndarray]) -> None:
        """Takes the scores of a contiguous float32 tile; what is below −1.5 is no score.

        Args:
            tile: of any shape.
            places: says of flat indices of the tile what they are to be called, int64 (n,) → (n,).
        """
        flat = tile.reshape(-1)
        found = np.flatnonzero(flat > self.floor)
        self.take(flat[found], places(found))

    def take(self, scores: np.ndarray, places: np.ndarray) -> None:
        """Takes scores (n,) and what they are called (n,); those that are not above `floor` may be left out."""
        self._scores.append(scores)
        self._places.append(places)
        self._held += len(scores)
        if self._held > 2 * self._count + 10_000:
            self._shrink()

    def _shrink(self):
        scores, places = np.concatenate(self._scores), np.concatenate(self._places)
        if len(scores) > self._count:
            last = np.partition(scores, -self._count)[-self._count]
            floor = np.float32(last - 2 * self._margin)
            kept = scores > floor
            if kept.sum() > self._count + _CLOSE:  # as if embeddings have collapsed: float32 has to do
                self._margin, floor = 0.0, last
                kept = np.zeros(len(scores), bool)
                kept[np.argpartition(scores, -self._count)[-self._count :]] = True
            scores, places, self.floor = scores[kept], places[kept], floor
        self._scores, self._places, self._held = [scores], [places], len(scores)

    def last(self, rank: int, exact: Callable[[np.ndarray], np.ndarray]) -> float:
        """The score at a rank, 1 for the greatest, where scores that float32 cannot tell apart are computed again.

        Args:
            rank: at most `count`.
            exact: gives the scores of places in float64.
        """
        self._shrink()
        scores, places = self._scores[0], self._places[0]
        near = np.partition(scores, -rank)[-rank].astype(np.float64)
        if not self._margin:
            return float(near)
        above = scores > near + 2 * self._margin
        close = ~above & (scores >= near - 2 * self._margin)
        again = np.sort(exact(places[close]))[::-1]
        return float(again[rank - 1 - above.sum()])
