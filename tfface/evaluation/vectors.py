"""Embeddings as every protocol takes them."""

from __future__ import annotations

import numpy as np


def as_embeddings(values: np.ndarray, name: str) -> np.ndarray:
    """`values` as float64 (N, D).

    Raises:
        ValueError: for another shape, NaN or infinity; the message calls them `name`.
    """
    values = np.asarray(values, np.float64)
    if values.ndim != 2:
        raise ValueError(f"{name}: expected embeddings of shape (N, D), got shape {values.shape}")
    refuse_nan(values, name)
    return values


def refuse_nan(values: np.ndarray, name: str) -> None:
    """Raise ValueError if `values` (N, …) has NaN or infinity, saying in how many rows."""
    bad = ~np.isfinite(values).all(axis=tuple(range(1, values.ndim)))
    if bad.any():
        raise ValueError(
            f"{name}: expected finite numbers, got NaN or infinity in {bad.sum()} of {len(values)} rows, "
            f"first in row {np.argmax(bad)}"
        )


def unit(embeddings: np.ndarray) -> np.ndarray:
    """Embeddings (N, D) at length 1; a zero vector stays zero, as in InsightFace."""
    norms = np.linalg.norm(embeddings, axis=1, keepdims=True)
    return embeddings / np.where(norms == 0, 1, norms)
