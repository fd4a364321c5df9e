"""All pairs of a set, sorted by identity so that genuine and impostor pairs are blocks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .pieces import pieces
from .vectors import as_labels, rounding, unit, unit_float32

_ROWS, _COLUMNS = 1024, 8192  # of a tile: 32 MB of scores
_FIRST = 512  # columns of the first one
_PIECE = 4096  # pairs whose cosines are computed again at a time
NO_PAIR = -2.0  # in place of a cosine


class Sorted:
    """Embeddings in the order of their labels, where the images of a person are neighbours.

    Args:
        embeddings: (N, D).
        labels: identities (N,).

    Attributes:
        impostors: number of impostor pairs.
        margin: how far a cosine computed in float32 may be from the true one.

    Raises:
        ValueError: for sizes that differ, NaN or infinity, or pairs of one kind only.
    """

    def __init__(self, embeddings: np.ndarray, labels: np.ndarray):
        embeddings = np.asanyarray(embeddings)
        labels = as_labels(labels, len(embeddings))
        self._order = np.argsort(labels, kind="stable")
        self._embeddings = embeddings
        self._points = unit_float32(embeddings, "embeddings", self._order)
        ranked = labels[self._order]
        self._ends = np.searchsorted(ranked, ranked, side="right")  # of each row's block
        count = len(labels)
        genuine = int((self._ends - np.arange(1, count + 1)).sum())
        self.impostors = count * (count - 1) // 2 - genuine
        if not genuine or not self.impostors:
            raise ValueError(
                f"labels: expected genuine and impostor pairs, got {genuine} and {self.impostors} of {count} embeddings"
            )
        self.margin = rounding(self._points.shape[1])

    def genuine_scores(self) -> np.ndarray:
        """Cosines of all genuine pairs in float32, row after row."""
        starts = np.unique(self._ends, return_index=True)[1]
        found = []
        for start, end in zip(starts, self._ends[starts], strict=True):
            for top in range(start, end - 1, _ROWS):
                rows = self._points[top : min(top + _ROWS, end)]
                found.append((rows @ self._points[top:end].T)[np.triu_indices(len(rows), 1, end - top)])
        return np.concatenate(found)

    def genuine_above(self, scores: np.ndarray, threshold: float) -> int:
        """How many of all genuine pairs, scored by `genuine_scores`, are really above a threshold."""
        close = np.flatnonzero(np.abs(scores - threshold) <= self.margin)
        partners = np.cumsum(self._ends - np.arange(1, len(self._ends) + 1))
        row = np.searchsorted(partners, close, side="right")
        column = self._ends[row] - (partners[row] - close)
        again = self.exact(row * len(self._points) + column)
        return int((scores > threshold + self.margin).sum() + (again > threshold).sum())

    def impostor_tiles(self) -> Iterator[tuple[int, int, np.ndarray]]:
        """(first row, first column, float32 tile of cosines) over every impostor pair once; what is none is −2.

        The tiles share their memory: each is valid until the next.
        """
        points, ends, count = self._points, self._ends, len(self._points)
        memory = np.empty(min(_ROWS, count) * min(max(_COLUMNS, _FIRST), count), np.float32)
        for top in range(0, count, _ROWS):
            rows, own = points[top : top + _ROWS], ends[top : top + _ROWS]
            for left, right in pieces(own[0], count, _COLUMNS, None if top else _FIRST):
                columns = points[left:right]
                tile = memory[: len(rows) * len(columns)].reshape(len(rows), len(columns))
                np.matmul(rows, columns.T, out=tile)
                for row in np.flatnonzero(own > left):  # what precedes the end is below the diagonal, or genuine
                    tile[row, : own[row] - left] = NO_PAIR
                yield top, left, tile

    def places(self, found: np.ndarray, top: int, left: int, wide: int) -> np.ndarray:
        """Pairs, each as one number, at flat indices of a tile of that width."""
        rows, columns = np.divmod(found, wide)
        return (rows + top) * len(self._points) + columns + left

    def exact(self, places: np.ndarray) -> np.ndarray:
        """Cosines of pairs in float64, to twelve digits: what lies beyond is rounding, and ties remain ties."""
        found = np.empty(len(places))
        for start in range(0, len(places), _PIECE):
            sides = self._order[np.stack(np.divmod(places[start : start + _PIECE], len(self._points)))]
            first, second = (unit(np.asarray(self._embeddings[side], np.float64)) for side in sides)
            found[start : start + _PIECE] = np.einsum("ij,ij->i", first, second)
        return np.round(found, 12)
