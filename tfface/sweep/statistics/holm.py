"""Several comparisons at once: p-values that allow for how many were made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")


def holm(p_values: Mapping[Key, float]) -> dict[Key, float]:
    """Holm's adjusted p-values: the smallest times how many there are, the next times one less, and never falling.

    Args:
        p_values: of each comparison.

    Example:
        >>> {name: round(p, 2) for name, p in holm({"a": 0.04, "b": 0.01, "c": 0.03}).items()}
        {'a': 0.06, 'b': 0.03, 'c': 0.06}

    Reference:
        Holm: A Simple Sequentially Rejective Multiple Test Procedure, 1979.
    """
    adjusted, least = {}, 0.0
    for place, key in enumerate(sorted(p_values, key=p_values.__getitem__)):
        least = min(1.0, max(least, p_values[key] * (len(p_values) - place)))
        adjusted[key] = least
    return {key: adjusted[key] for key in p_values}
