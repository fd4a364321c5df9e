"""What the nearest neighbours of an embedding say about it, in NumPy."""

from __future__ import annotations

import numpy as np

from .vectors import as_embeddings, unit

_ROWS = 1024  # whose cosines with all others are in memory at a time


def knn_accuracy(embeddings: np.ndarray, labels: np.ndarray, neighbors: int = 20, temperature: float = 0.07) -> float:
    """Share of the embeddings whose k nearest others, by weighted vote, name their label.

    A neighbour's vote weighs `e^{cos/τ}`. It tells what embeddings are worth without training anything on them.

    Args:
        embeddings: (N, D).
        labels: identities (N,).
        neighbors: k, at most N − 1 of which there are.
        temperature: τ.

    Raises:
        ValueError: if shapes do not fit, embeddings are not finite, or k or τ is not above 0.

    Example:
        >>> knn_accuracy([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]], [5, 5, 7, 7], neighbors=2)
        1.0

    Reference:
        Wu, Xiong, Yu, Lin: Unsupervised Feature Learning via Non-Parametric Instance Discrimination, 2018,
        arXiv 1805.01978.
    """
    points, labels = unit(as_embeddings(embeddings, "embeddings")), np.asarray(labels)
    if labels.shape != points.shape[:1] or len(points) < 2:
        raise ValueError(f"labels: expected one for each of at least two embeddings, got shape {labels.shape}")
    if neighbors < 1 or not temperature > 0:
        raise ValueError(f"neighbors, temperature: expected more than 0, got {neighbors!r} and {temperature!r}")
    classes, ids = np.unique(labels, return_inverse=True)
    count = min(neighbors, len(points) - 1)
    right = 0
    for start in range(0, len(points), _ROWS):
        rows = np.arange(start, min(start + _ROWS, len(points)))
        cosines = points[rows] @ points.T
        cosines[np.arange(len(rows)), rows] = -np.inf
        nearest = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        weights = np.exp((np.take_along_axis(cosines, nearest, axis=1) - 1) / temperature)
        votes = np.zeros((len(rows), len(classes)))
        np.add.at(votes, (np.arange(len(rows))[:, None], ids[nearest]), weights)
        right += (votes.argmax(axis=1) == ids[rows]).sum()
    return float(right / len(points))
