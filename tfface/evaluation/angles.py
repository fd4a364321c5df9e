"""Angles between embeddings and class weights: what a margin loss works on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class ClassAngles(NamedTuple):
    """Angles of N embeddings, in radians.

    Attributes:
        own: θ_y (N,), to the weights of the own class.
        nearest: (N,), to the weights of the nearest other class.
    """

    own: np.ndarray
    nearest: np.ndarray


def class_angles(cosines: np.ndarray, labels: np.ndarray) -> ClassAngles:
    """The angle to the own class and to the nearest wrong one, `arccos c_y` and `arccos max_{j≠y} c_j`.

    Args:
        cosines: (N, C) with C ≥ 2, as a `CosineHead` gives them.
        labels: class ids (N,) in [0, C).

    Raises:
        ValueError: if shapes do not fit, or a label is no class.

    Example:
        >>> own, nearest = class_angles([[1.0, 0.5, 0.0], [0.0, 0.5, 1.0]], [0, 1])
        >>> np.degrees(own).round().tolist(), np.degrees(nearest).round().tolist()
        ([0.0, 60.0], [60.0, 0.0])
    """
    cosines, labels = np.asarray(cosines, np.float64), np.asarray(labels)
    if cosines.ndim != 2 or cosines.shape[1] < 2:
        raise ValueError(f"cosines: expected shape (N, C) with C of at least 2, got {cosines.shape}")
    if labels.shape != cosines.shape[:1]:
        raise ValueError(f"labels: expected shape {cosines.shape[:1]}, got {labels.shape}")
    if len(labels) and (labels.min() < 0 or labels.max() >= cosines.shape[1]):
        raise ValueError(
            f"labels: expected class ids from 0 to {cosines.shape[1] - 1}, got {labels.min()}..{labels.max()}"
        )
    rows = np.arange(len(labels))
    others = cosines.copy()
    others[rows, labels] = -np.inf
    return ClassAngles(*(np.arccos(np.clip(found, -1, 1)) for found in (cosines[rows, labels], others.max(axis=1))))
