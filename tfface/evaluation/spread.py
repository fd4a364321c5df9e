"""How embeddings fill their space: what tells a collapse, in NumPy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .vectors import as_embeddings, unit


def embedding_spread(embeddings: np.ndarray) -> float:
    """`√D · mean_d std(x̂_d)`: 1 where embeddings cover the sphere evenly, 0 where all are one point.

    Args:
        embeddings: (N, D), of any length.

    Raises:
        ValueError: if the embeddings are not (N, D) or not finite.

    Example:
        >>> random = np.random.default_rng(0).normal(size=(1000, 64))
        >>> round(embedding_spread(random), 2), embedding_spread(np.ones((5, 3)))
        (1.0, 0.0)

    Reference:
        Chen, He: Exploring Simple Siamese Representation Learning, 2020, arXiv 2011.10566.
    """
    points = unit(as_embeddings(embeddings, "embeddings"))
    points = points - points[:1]  # so that equal points give exactly 0
    return float(np.sqrt(points.shape[1]) * points.std(axis=0).mean())


def pair_distances(
    embeddings: np.ndarray, distance: str | Callable = "euclidean", normalize: bool = True
) -> np.ndarray:
    """`d(x_i, x_j)` of all pairs i < j, (N (N − 1) / 2,): √2 on average where embeddings cover the sphere evenly.

    Args:
        embeddings: (N, D).
        distance: `"sqeuclidean"`, `"euclidean"`, `"cosine"`, `"angular"`, or a function of (A, D) and (B, D) that gives
            (A, B), as the objects of `tfface.distances` are.
        normalize: whether embeddings are taken at length 1.

    Raises:
        ValueError: if the embeddings are not (N, D) or not finite, or the distance is unknown.

    Example:
        >>> pair_distances([[2.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]).round(3).tolist()
        [1.414, 2.0, 1.414]
    """
    distances = _matrix(as_embeddings(embeddings, "embeddings"), distance, normalize)
    return distances[np.triu_indices(len(distances), 1)]


def effective_rank(embeddings: np.ndarray) -> float:
    """`exp(−Σ p_k ln p_k)`, `p_k = σ_k / Σ σ` of the singular values: how many dimensions embeddings make use of.

    It is between 1 (all on one line through the origin) and D. The embeddings are taken at length 1, not centred.

    Args:
        embeddings: (N, D), of any length.

    Raises:
        ValueError: if the embeddings are not (N, D) or not finite.

    Example:
        >>> round(effective_rank(np.eye(4)), 6), round(effective_rank(np.ones((5, 3))), 6)
        (4.0, 1.0)

    Reference:
        Roy, Vetterli: The Effective Rank, EUSIPCO 2007. Garrido, Balestriero, Najman, LeCun: RankMe, 2022,
        arXiv 2210.02885.
    """
    values = np.linalg.svd(unit(as_embeddings(embeddings, "embeddings")), compute_uv=False)
    total = values.sum()
    shares = values[values > 0] / (total or 1.0)
    return float(np.exp(-(shares * np.log(shares)).sum()))


def active_triplets(
    embeddings: np.ndarray,
    labels: np.ndarray,
    margin: float = 0.2,
    distance: str | Callable = "sqeuclidean",
    normalize: bool = True,
) -> float:
    """Share of all triplets with `d_ap − d_an + m > 0`; NaN where the labels make no triplet.

    Args:
        embeddings: (N, D).
        labels: identities (N,).
        margin: m.
        distance: `"sqeuclidean"`, `"euclidean"`, `"cosine"`, `"angular"`, or a function of (A, D) and (B, D) that gives
            (A, B), as the objects of `tfface.distances` are.
        normalize: whether embeddings are taken at length 1.

    Raises:
        ValueError: if shapes do not fit, embeddings are not finite, or the distance is unknown.

    Example:
        >>> active_triplets([[1.0, 0.0], [0.6, 0.8], [0.8, -0.6]], [0, 0, 1])
        0.5
    """
    embeddings, labels = as_embeddings(embeddings, "embeddings"), np.asarray(labels)
    if labels.shape != embeddings.shape[:1]:
        raise ValueError(f"labels: expected shape {embeddings.shape[:1]}, got {labels.shape}")
    distances = _matrix(embeddings, distance, normalize)
    active = every = 0
    for anchor, row in enumerate(distances):
        same = labels == labels[anchor]
        negatives = np.sort(row[~same])
        same[anchor] = False
        active += np.searchsorted(negatives, row[same] + margin).sum()
        every += same.sum() * len(negatives)
    return float(active / every) if every else float("nan")


def _matrix(embeddings, distance, normalize):
    measure = distance if callable(distance) else _DISTANCES.get(distance)
    if measure is None:
        raise ValueError(f"distance: expected one of {', '.join(map(repr, _DISTANCES))}, got {distance!r}")
    points = unit(embeddings) if normalize else embeddings
    return np.asarray(measure(points, points))


def _sqeuclidean(a, b):
    a, b = a - b[:1], b - b[:1]  # so that equal points give exactly 0
    return np.maximum(np.square(a).sum(axis=1)[:, None] + np.square(b).sum(axis=1) - 2 * a @ b.T, 0)


_DISTANCES = {
    "sqeuclidean": _sqeuclidean,
    "euclidean": lambda a, b: np.sqrt(_sqeuclidean(a, b)),
    "cosine": lambda a, b: 1 - unit(a) @ unit(b).T,
    "angular": lambda a, b: np.arccos(np.clip(unit(a) @ unit(b).T, -1, 1)),
}
