"""Clustering: do groups that nobody named match the identities? NMI and pairwise F."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .result import Result
from .vectors import as_embeddings, as_labels, unit


@dataclass(frozen=True, eq=False, repr=False)
class ClusteringResult(Result):
    """How well clusters match identities.

    Attributes:
        nmi: normalised mutual information.
        pairwise_f: harmonic mean of the pairwise precision and recall.
        pairwise_precision: share of the pairs within clusters that show one person.
        pairwise_recall: share of a person's pairs that are within clusters.
        clusters: number of clusters.
        identities: number of identities.
        images: number of images.
        assigned: the cluster of each image (N,).
    """

    nmi: float
    pairwise_f: float
    pairwise_precision: float
    pairwise_recall: float
    clusters: int
    identities: int
    images: int
    assigned: np.ndarray = field(repr=False)

    def figures(self) -> dict[str, float]:
        """NMI, pairwise F, precision and recall."""
        return {
            "nmi": self.nmi,
            "pairwise-f": self.pairwise_f,
            "precision": self.pairwise_precision,
            "recall": self.pairwise_recall,
        }

    def _counts(self):
        return f"{self.clusters} clusters, {self.identities} identities, {self.images} images"

    def plot(self):
        """The sizes of clusters and identities, a matplotlib figure."""
        from .plots import sizes_figure

        return sizes_figure(np.bincount(self.assigned))


def compare_clusters(assigned: Sequence[int] | np.ndarray, labels: Sequence[int] | np.ndarray) -> ClusteringResult:
    """Compare clusters, however they were made, with identities: `NMI = 2 I(C; L) / (H(C) + H(L))`.

    Pairwise precision and recall are over pairs of images in one cluster and of one person. NMI is 1 where both are one
    group; precision is 1 without a pair in any cluster, recall is 1 where nobody has two images.

    Args:
        assigned: cluster of each image (N,).
        labels: identities (N,).

    Raises:
        ValueError: sizes differ, or there is nothing.

    Example:
        >>> compare_clusters([0, 0, 1, 1], [5, 5, 5, 7]).pairwise_precision
        0.5

    Reference:
        Vinh, Epps, Bailey: Information Theoretic Measures for Clusterings Comparison, JMLR 2010 (the arithmetic mean).
    """
    assigned = np.unique(np.asarray(assigned), return_inverse=True)[1]
    labels = np.unique(as_labels(labels, len(assigned)), return_inverse=True)[1]
    if not len(labels):
        raise ValueError("labels: expected at least one image, got none")
    cells, together = np.unique(assigned * (labels.max() + 1) + labels, return_counts=True)
    clusters, people = np.bincount(assigned), np.bincount(labels)
    which, who = np.divmod(cells, labels.max() + 1)
    shares = together / len(labels)
    information = np.sum(shares * np.log(together * len(labels) / (clusters[which] * people[who])))
    entropies = _entropy(clusters) + _entropy(people)
    right, within, known = (int((one * (one - 1) // 2).sum()) for one in (together, clusters, people))
    precision, recall = right / within if within else 1.0, right / known if known else 1.0
    nmi = float(np.clip(2 * information / entropies, 0, 1)) if entropies > 0 else 1.0
    balanced = 2 * precision * recall / (precision + recall) if right else float(not within and not known)
    return ClusteringResult(nmi, balanced, precision, recall, len(clusters), len(people), len(labels), assigned)


def _entropy(sizes):
    shares = sizes / sizes.sum()
    return float(-np.sum(shares * np.log(shares)))


def clustering(
    embeddings: np.ndarray,
    labels: Sequence[int] | np.ndarray,
    clusters: int | None = None,
    seed: int = 0,
    iterations: int = 100,
) -> ClusteringResult:
    """Cluster embeddings by spherical k-means, as the articles do, and compare with the identities.

    Begins with k-means++; ends when no image changes its cluster.

    Args:
        embeddings: (N, D); L2-normalised here.
        labels: identities (N,).
        clusters: k; None for as many as there are identities.
        seed: of the beginning.
        iterations: at most so many.

    Raises:
        ValueError: for sizes that differ, NaN or infinity, or clusters outside 1..N.

    Example:
        >>> clustering([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]], [5, 5, 7, 7]).nmi
        1.0
    """
    points = unit(as_embeddings(embeddings, "embeddings"))
    labels = as_labels(labels, len(points))
    wanted = len(np.unique(labels)) if clusters is None else clusters
    if not 1 <= wanted <= len(points):
        raise ValueError(f"clusters: expected 1..{len(points)}, got {wanted!r}")
    centers = _begin(points, wanted, np.random.default_rng(seed))
    assigned = None
    for _ in range(iterations):
        former, assigned = assigned, np.argmax(points @ centers.T, axis=1)
        if former is not None and np.array_equal(former, assigned):
            break
        sums = np.zeros_like(centers)
        np.add.at(sums, assigned, points)
        empty = np.bincount(assigned, minlength=wanted) == 0
        centers = np.where(empty[:, None], centers, unit(sums))
    return compare_clusters(assigned, labels)


def _begin(points, count, random):
    """k-means++: each next centre is drawn by the squared distance to the nearest one so far."""
    chosen = [int(random.integers(len(points)))]
    far = np.full(len(points), np.inf)
    while len(chosen) < count:
        far = np.minimum(far, np.maximum(2 - 2 * points @ points[chosen[-1]], 0))
        far[chosen] = 0
        total = far.sum()
        weights = far / total if total > 0 else None
        chosen.append(int(random.choice(len(points), p=weights)))
    return points[chosen]
