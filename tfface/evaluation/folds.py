"""K-fold accuracy as InsightFace measures it: the threshold of a fold is chosen on the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# InsightFace's grid for squared distances of unit vectors, which lie in 0..4.
THRESHOLDS = np.arange(0, 4, 0.01)


def check_pairs(same: Sequence[bool] | np.ndarray, count: int, folds: int | np.ndarray) -> np.ndarray:
    """`same` as a bool array (count,), refused if a k-fold protocol cannot be run on it.

    Raises:
        ValueError: if it has another size, one kind of pair only, fewer pairs than folds, or folds of another size.
    """
    same = np.asarray(same)
    if same.shape != (count,):
        raise ValueError(f"same: expected one for each of {count} pairs, got shape {same.shape}")
    if same.dtype != bool and not np.isin(same, (0, 1)).all():
        raise ValueError(f"same: expected True or False (1 or 0), got {same.dtype} with other values")
    same = same.astype(bool)
    if isinstance(folds, np.ndarray):
        if folds.shape != (count,) or len(np.unique(folds)) < 2:
            raise ValueError(f"folds: expected two or more, one for each of {count} pairs, got shape {folds.shape}")
    elif folds < 2 or count < folds:
        raise ValueError(f"folds: expected 2..{count} (the number of pairs), got {folds!r}")
    if same.all() or not same.any():
        raise ValueError(f"same: expected genuine and impostor pairs, got only {bool(same[0])}")
    return same


def parts_of(count: int, folds: int | np.ndarray) -> list[np.ndarray]:
    """Indices of each fold: those told, or so many contiguous ones of the sizes of scikit-learn's KFold."""
    if isinstance(folds, np.ndarray):
        return [np.flatnonzero(folds == fold) for fold in np.unique(folds)]
    return np.array_split(np.arange(count), folds)


def candidates(distances: np.ndarray, thresholds: np.ndarray | None) -> np.ndarray:
    """The thresholds to choose from; None for the middles between the distances and what is beyond both ends."""
    if thresholds is not None:
        return np.asarray(thresholds, np.float64)
    ranked = np.unique(distances)
    return np.concatenate([ranked[:1], (ranked[1:] + ranked[:-1]) / 2, ranked[-1:] + 1])


def choose_thresholds(
    distances: np.ndarray, same: np.ndarray, folds: int | np.ndarray, thresholds: np.ndarray
) -> np.ndarray:
    """The threshold of each fold (folds,): the first of the best ones on all other folds."""
    correct = np.stack([_correct(distances[part], same[part], thresholds) for part in parts_of(len(same), folds)])
    return thresholds[np.argmax(correct.sum(axis=0) - correct, axis=1)]


def _correct(distances, same, thresholds):
    """How many pairs each threshold gets right: genuine below it, impostors not."""
    accepted_genuine = np.searchsorted(np.sort(distances[same]), thresholds, side="left")
    accepted_impostors = np.searchsorted(np.sort(distances[~same]), thresholds, side="left")
    return accepted_genuine + np.sum(~same) - accepted_impostors
