"""Splits that share no identity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def identity_folds(
    labels: Sequence[int] | np.ndarray, folds: int, seed: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    """K folds over identities: each identity is held out exactly once, with all its images.

    Args:
        labels: integer identities (N,).
        folds: how many, at least 2 and at most the number of identities.
        seed: of the shuffle that deals identities to folds.

    Returns:
        For each fold (kept, held_out): sorted index arrays that together are 0..N-1.

    Raises:
        ValueError: if `folds` is out of range.

    Example:
        >>> for kept, held_out in identity_folds(faces.labels, folds=5):
        ...     train, validation = faces.subset(kept), faces.subset(held_out)
    """
    labels = np.asarray(labels)
    identities = np.unique(labels)
    if not 2 <= folds <= len(identities):
        raise ValueError(f"folds: expected 2..{len(identities)} (the identities), got {folds!r}")
    dealt = np.array_split(np.random.default_rng(seed).permutation(identities), folds)
    held_out = [np.isin(labels, group) for group in dealt]
    return [(np.flatnonzero(~mask), np.flatnonzero(mask)) for mask in held_out]
