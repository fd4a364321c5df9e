"""Fewer points for a picture that looks the same."""

from collections.abc import Sequence

import numpy as np


def envelope(values: Sequence[float], limit: int = 1000) -> list[int]:
    """Indices of at most `limit` points that keep the lowest and highest value of each stretch, and both ends.

    Example:
        >>> envelope([0, 9, 1, 2, -5, 3, 4, 8], limit=6)
        [0, 1, 2, 4, 7]
    """
    count = len(values)
    if count <= limit:
        return list(range(count))
    array = np.asarray(values, dtype=np.float64)
    kept = {0, count - 1}
    for stretch in np.array_split(np.arange(count), (limit - 2) // 2):
        part = array[stretch]
        kept.update((int(stretch[part.argmin()]), int(stretch[part.argmax()])))
    return sorted(kept)
