"""Retrieval: does an image's own identity come first when all others are ranked? P@1, recall@k, R-precision, MAP@R."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .interval import Interval, of_share
from .result import Result
from .vectors import as_embeddings, as_labels, unit

_ROWS = 512  # queries compared at a time


@dataclass(frozen=True, eq=False, repr=False)
class RetrievalResult(Result):
    """What a retrieval protocol found, each a mean over the queries.

    Attributes:
        precision_at_1: share of the queries whose nearest other image shows the same person.
        recall_at: {k: share of the queries with an image of the same person among the nearest k}.
        r_precision: share of the same person's R images among the nearest R.
        map_at_r: mean average precision among the nearest R.
        queries: number of images with another one of the same person.
        images: number of images.
        average_precisions: of each query, `map_at_r` is their mean (queries,).
    """

    precision_at_1: float
    recall_at: dict[int, float]
    r_precision: float
    map_at_r: float
    queries: int
    images: int
    average_precisions: np.ndarray = field(repr=False)

    def figures(self) -> dict[str, float]:
        """P@1, R-precision, MAP@R and recall@k."""
        recall = {f"recall@{k}": share for k, share in self.recall_at.items()}
        return {"p@1": self.precision_at_1, "r-precision": self.r_precision, "map@r": self.map_at_r, **recall}

    def _counts(self):
        return f"{self.queries} queries among {self.images} images"

    def intervals(self) -> dict[str, Interval]:
        """Wilson's 95 % intervals of P@1 and recall@k, as if queries were independent."""
        shares = {"p@1": self.precision_at_1, **{f"recall@{k}": share for k, share in self.recall_at.items()}}
        return {name: of_share(share, self.queries) for name, share in shares.items()}

    def plot(self):
        """Recall@k, a matplotlib figure."""
        from .plots import recall_figure

        return recall_figure(self.recall_at)


def retrieval(
    embeddings: np.ndarray, labels: Sequence[int] | np.ndarray, k: Sequence[int] = (1, 2, 4, 8)
) -> RetrievalResult:
    """Rank all other images by their cosine with each image.

    With R other images of the person, at ranks r₁ < r₂ < …: R-precision = |{j: r_j ≤ R}| / R and
    MAP@R = 1/R Σ_{r_j ≤ R} j / r_j. Images of equal score are ranked the worst way: others first. Whoever has one image
    only is never a query, but may be found.

    Args:
        embeddings: (N, D); L2-normalised here.
        labels: identities (N,).
        k: for recall@k.

    Raises:
        ValueError: for sizes that differ, NaN or infinity, no identity with two images, or a k below 1.

    Example:
        >>> retrieval([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]], [5, 5, 7, 7])
        RetrievalResult(p@1 100.00%, r-precision 100.00%, map@r 100.00%, recall@1 100.00%, recall@2 100.00%,
        recall@4 100.00%, recall@8 100.00%; 4 queries among 4 images)

    Reference:
        Musgrave, Belongie, Lim: A Metric Learning Reality Check, 2020, arXiv 2003.08505.
    """
    points = unit(as_embeddings(embeddings, "embeddings"))
    labels = as_labels(labels, len(points))
    if any(one < 1 for one in k):
        raise ValueError(f"k: expected at least 1, got {min(k)!r}")
    _, who, counts = np.unique(labels, return_inverse=True, return_counts=True)
    queries = np.flatnonzero(counts[who] > 1)
    if not len(queries):
        raise ValueError(f"labels: no identity has two images, of {len(labels)} images")
    best, precision, average = np.empty((3, len(queries)))
    for start in range(0, len(queries), _ROWS):
        for place, ranks in enumerate(_ranks(points, who, queries[start : start + _ROWS]), start):
            within = ranks <= len(ranks)
            best[place] = ranks[0]
            precision[place] = within.mean()
            average[place] = np.sum(within * np.arange(1, len(ranks) + 1) / ranks) / len(ranks)
    recall = {int(one): float((best <= one).mean()) for one in k}
    means = float((best == 1).mean()), recall, float(precision.mean()), float(average.mean())
    return RetrievalResult(*means, len(queries), len(points), average)


def _ranks(points, who, queries):
    """For each query the ranks of the other images of its identity, rising."""
    scores = np.round(points[queries] @ points.T, 12)
    own = who[queries][:, None] == who
    mine = own.copy()
    mine[np.arange(len(queries)), queries] = False
    others = np.sort(np.where(own, np.inf, -scores), axis=1)  # falling scores
    for row, relevant in enumerate(mine):
        found = np.sort(-scores[row, relevant])
        yield np.searchsorted(others[row], found, side="right") + np.arange(1, len(found) + 1)
