"""Splits that share no identity, and what balances identities."""

from __future__ import annotations

import numbers
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


def chosen_identities(count: int, identities: float, seed: int | None = None) -> np.ndarray:
    """Which of `count` identities make the first part of a split: a mask (count,).

    Args:
        count: how many identities there are.
        identities: how many of them: a number, or a share between 0 and 1.
        seed: draws which; None takes the first.

    Raises:
        ValueError: unless both parts have an identity.
    """
    number = round(identities * count) if isinstance(identities, float) else identities
    if not isinstance(number, numbers.Integral) or not 0 < number < count:
        raise ValueError(
            f"identities: expected 1..{count - 1}, so that both parts have an identity, "
            f"or a share between 0 and 1 that gives both one, got {identities!r}"
        )
    order = np.arange(count) if seed is None else np.random.default_rng(seed).permutation(count)
    chosen = np.zeros(count, bool)
    chosen[order[:number]] = True
    return chosen


def class_weights(labels: Sequence[int] | np.ndarray) -> np.ndarray:
    """Weights under which every identity counts the same: `w_c = N / (C · n_c)`; their mean over images is 1.

    Keras takes them as `class_weight`, a dict.

    Args:
        labels: integers (N,) that take every value of 0..C-1, as those of a FaceSet do.

    Returns:
        float32 (C,).

    Raises:
        ValueError: if a value of 0..C-1 is missing.

    Example:
        >>> weights = class_weights([0, 0, 0, 1])
        >>> weights.tolist()
        [0.6666666865348816, 2.0]
        >>> history = model.fit(batches, class_weight=dict(enumerate(class_weights(faces.labels))), verbose=0)
    """
    counts = np.bincount(np.asarray(labels))
    if not len(counts) or not counts.all():
        raise ValueError(f"labels: expected every value of 0..C-1, not {np.flatnonzero(counts == 0)[:3].tolist()}")
    return (counts.sum() / (len(counts) * counts)).astype(np.float32)
