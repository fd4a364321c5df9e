"""Keys of images that are made when asked for: a set of millions holds no string for each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class LazyKeys(Sequence):
    """A sequence of keys that is equal to a list of the same keys."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(mine == its for mine, its in zip(self, other, strict=True))

    __hash__ = None

    def __repr__(self) -> str:
        more = ", …" if len(self) > 3 else ""
        return f"[{', '.join(repr(self[row]) for row in range(min(3, len(self))))}{more}]"


class PickedKeys(LazyKeys):
    """Those of `keys` at `rows`."""

    def __init__(self, keys: Sequence[str], rows: np.ndarray):
        self._keys, self._rows = keys, rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> str:
        return self._keys[int(self._rows[row])]


class NumberedKeys(LazyKeys):
    """Numbers (N,) as keys: `17` is "17"."""

    def __init__(self, numbers: np.ndarray):
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, row: int) -> str:
        return str(self._numbers[row])
