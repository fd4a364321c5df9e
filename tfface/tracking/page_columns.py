"""The numbers of all curves, packed for the page."""

import numpy as np


class Columns:
    """Columns of numbers in one block of bytes, which a browser views as arrays without reading any text.

    Values are float32, which is more than a picture shows. Steps and times grow, so their differences are kept
    (float64: sums are exact), which compress to a fraction. Equal columns, as curves logged together have, are
    kept once. `page/state.js` is the other end.

    Example:
        >>> columns = Columns()
        >>> columns.growing([1, 2, 3]), columns.values([0.5, 0.25, 0.125]), columns.growing([1, 2, 3])
        ([0, 3], [0, 3], [0, 3])
        >>> len(columns.packed())
        36
    """

    def __init__(self):
        self._blocks = {np.float64: [], np.float32: []}
        self._ends = {np.float64: 0, np.float32: 0}
        self._known = {}

    def values(self, numbers) -> list[int]:
        """Keeps a column and says where it lies: [first, count]."""
        return self._add(np.asarray(numbers, dtype=np.float64), np.float32)

    def growing(self, numbers) -> list[int]:
        """As `values`, for steps and times."""
        with np.errstate(over="ignore"):
            differences = np.diff(np.asarray(numbers, dtype=np.float64), prepend=0.0)
        return self._add(differences, np.float64)

    @property
    def wide(self) -> int:
        """How many float64 numbers come before those of float32."""
        return self._ends[np.float64]

    def packed(self) -> bytes:
        """All columns, little-endian."""
        return b"".join(self._blocks[np.float64] + self._blocks[np.float32])

    def _add(self, numbers: np.ndarray, kind: type) -> list[int]:
        largest = np.finfo(kind).max
        block = np.clip(numbers, -largest, largest).astype(np.dtype(kind).newbyteorder("<")).tobytes()
        key = (kind, block)
        if key not in self._known:
            self._known[key] = [self._ends[kind], len(numbers)]
            self._blocks[kind].append(block)
            self._ends[kind] += len(numbers)
        return self._known[key]
