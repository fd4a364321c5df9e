"""Embeddings as every protocol takes them."""

from __future__ import annotations

import numpy as np

_ROWS = 8192  # normalised at a time


def as_embeddings(values: np.ndarray, name: str) -> np.ndarray:
    """`values` as float64 (N, D).

    Raises:
        ValueError: for another shape, NaN or infinity; the message calls them `name`.
    """
    values = np.asarray(values, np.float64)
    _refuse_shape(values, name)
    refuse_nan(values, name)
    return values


def _refuse_shape(values, name):
    if values.ndim != 2:
        raise ValueError(f"{name}: expected embeddings of shape (N, D), got shape {values.shape}")


def refuse_nan(values: np.ndarray, name: str) -> None:
    """Raise ValueError if `values` (N, …) has NaN or infinity, saying in how many rows."""
    bad = ~np.isfinite(values).all(axis=tuple(range(1, values.ndim)))
    if bad.any():
        raise ValueError(
            f"{name}: expected finite numbers, got NaN or infinity in {bad.sum()} of {len(values)} rows, "
            f"first in row {np.argmax(bad)}"
        )


def as_labels(labels: np.ndarray, count: int, name: str = "labels") -> np.ndarray:
    """`labels` as an array (count,).

    Raises:
        ValueError: for another shape; the message calls them `name`.
    """
    labels = np.asarray(labels)
    if labels.shape != (count,):
        raise ValueError(f"{name}: expected shape ({count},), got {labels.shape}")
    return labels


def unit(embeddings: np.ndarray) -> np.ndarray:
    """Embeddings (N, D) at length 1; a zero vector stays zero, as in InsightFace."""
    norms = np.linalg.norm(embeddings, axis=1, keepdims=True)
    return embeddings / np.where(norms == 0, 1, norms)


def pair_distances(embeddings: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """`‖ê₁ − ê₂‖²` of pairs of rows (P,), some at a time: memory does not grow with the number of pairs.

    Raises:
        ValueError: NaN or infinity.
    """
    points = unit(as_embeddings(embeddings, "embeddings"))
    found = np.empty(len(first))
    for start in range(0, len(first), _ROWS):
        part = slice(start, start + _ROWS)
        found[part] = np.sum(np.square(points[first[part]] - points[second[part]]), axis=1)
    return found


def unit_float32(embeddings: np.ndarray, name: str, rows: np.ndarray | None = None) -> np.ndarray:
    """Rows of embeddings (N, D) at length 1 in float32, made piece by piece: nothing else of that size is in memory.

    Args:
        embeddings: an array, of a file too (`numpy.memmap`).
        name: what messages call it.
        rows: indices of the rows, in their order; None for all.

    Raises:
        ValueError: for another shape, NaN or infinity.
    """
    _refuse_shape(embeddings, name)
    count = len(embeddings) if rows is None else len(rows)
    units = np.empty((count, embeddings.shape[1]), np.float32)
    for start in range(0, count, _ROWS):
        piece = embeddings[start : start + _ROWS] if rows is None else embeddings[rows[start : start + _ROWS]]
        squares = np.einsum("ij,ij->i", piece, piece, dtype=np.result_type(piece, np.float32))
        if np.all((squares > 1e-30) & (squares < 1e30)):  # which NaN is not
            np.multiply(piece, (1 / np.sqrt(squares))[:, None], out=units[start : start + _ROWS], casting="same_kind")
        else:
            refuse_nan(piece, name)
            units[start : start + _ROWS] = unit(np.asarray(piece, np.float64))
    return units


def rounding(size: int) -> float:
    """How far a cosine of two rows of `unit_float32`, computed in float32, may be from the true one.

    Args:
        size: D, the number of products in the sum; as many are in the norms.
    """
    return (2 * size + 8) * 2.0**-24
