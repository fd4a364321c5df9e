"""Closed-set identification: who of the gallery is it? Rank-k and the CMC curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .interval import Interval, of_share
from .result import Result
from .vectors import as_embeddings, as_labels, unit

_CHUNK = 1024  # probes compared at a time, so that memory does not grow with their number


@dataclass(frozen=True, eq=False, repr=False)
class IdentificationResult(Result):
    """What an identification protocol found.

    Attributes:
        rank1: share of probes whose own identity is the nearest of the gallery.
        cmc: share of probes whose own identity is among the nearest k, at index k − 1.
        identities: identities in the gallery.
        probes: number of probes.
        ranks: the rank of each probe's own identity, 1 for the nearest (probes,).
    """

    rank1: float
    cmc: np.ndarray
    identities: int
    probes: int
    ranks: np.ndarray = field(repr=False)

    def figures(self) -> dict[str, float]:
        """Rank-1 and rank-5."""
        return {"rank-1": self.rank1, "rank-5": self.rank(5)}

    def _counts(self):
        return f"{self.probes} probes, {self.identities} identities"

    def rank(self, k: int) -> float:
        """Share of probes whose own identity is among the nearest k.

        Raises:
            ValueError: if k is below 1.
        """
        if k < 1:
            raise ValueError(f"k: expected at least 1, got {k!r}")
        return float(self.cmc[min(k, len(self.cmc)) - 1])

    def intervals(self) -> dict[str, Interval]:
        """Wilson's 95 % intervals of `rank-1` and `rank-5`, as if probes were independent."""
        return {name: of_share(share, self.probes) for name, share in self.figures().items()}

    def plot(self):
        """The CMC curve, a matplotlib figure."""
        from .plots import cmc_figure

        return cmc_figure(self.cmc)


def identification(
    embeddings: np.ndarray,
    labels: Sequence[int] | np.ndarray,
    gallery: Sequence[int] | np.ndarray | None = None,
    probes: Sequence[int] | np.ndarray | None = None,
) -> IdentificationResult:
    """Search each probe in the gallery by cosine; an identity scores by its nearest gallery image.

    The rank of a probe is the number of identities that score at least as high as its own one: a tie
    counts against the model, so that embeddings which are all equal identify nobody.

    Args:
        embeddings: (N, D); L2-normalised here.
        labels: identities (N,).
        gallery: indices of the images enrolled; None for the first image of each identity.
        probes: indices of the images searched; None for all that are not in the gallery.

    Raises:
        ValueError: for sizes that differ, NaN or infinity, no probe, an image that is gallery and probe,
            or a probe whose identity is not in the gallery.

    Example:
        >>> rank1 = identification(embeddings, faces.labels).rank1
    """
    embeddings, labels = _checked(embeddings, labels)
    everything = np.arange(len(labels))
    gallery = np.unique(labels, return_index=True)[1] if gallery is None else everything[np.asarray(gallery)]
    probes = np.setdiff1d(everything, gallery) if probes is None else everything[np.asarray(probes)]
    if np.intersect1d(gallery, probes).size:
        raise ValueError(f"probes: image {np.intersect1d(gallery, probes)[0]} is in the gallery too")
    unknown = np.setdiff1d(labels[probes], labels[gallery])
    if unknown.size:
        raise ValueError(f"probes: identity {unknown[0]} is not in the gallery (closed-set protocol)")
    return _identify(embeddings, labels, gallery, probes)


def leave_one_out(embeddings: np.ndarray, labels: Sequence[int] | np.ndarray) -> IdentificationResult:
    """Search each image among all the others, as `identification` does.

    Images whose identity has no other are not searched, but others may be taken for them.

    Args:
        embeddings: (N, D); L2-normalised here.
        labels: identities (N,).

    Raises:
        ValueError: for sizes that differ, NaN or infinity, or no identity with two images.

    Example:
        >>> rank1 = leave_one_out(embeddings, faces.labels).rank1
    """
    embeddings, labels = _checked(embeddings, labels)
    _, inverse, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return _identify(embeddings, labels, np.arange(len(labels)), np.flatnonzero(counts[inverse] > 1))


def _checked(embeddings, labels):
    embeddings = as_embeddings(embeddings, "embeddings")
    return unit(embeddings), as_labels(labels, len(embeddings))


def _identify(embeddings, labels, gallery, probes):
    if not len(probes):
        raise ValueError("probes: none; an identity needs one image in the gallery and another to search")
    gallery = gallery[np.argsort(labels[gallery], kind="stable")]
    identities, starts = np.unique(labels[gallery], return_index=True)
    ranks = []
    for chunk in np.array_split(probes, -(-len(probes) // _CHUNK)):
        scores = embeddings[chunk] @ embeddings[gallery].T
        scores[chunk[:, None] == gallery] = -np.inf  # under leave-one-out nobody finds himself
        scores = np.maximum.reduceat(scores, starts, axis=1)
        own = np.take_along_axis(scores, np.searchsorted(identities, labels[chunk])[:, None], axis=1)
        ranks.append(np.sum(scores >= own, axis=1))
    ranks = np.concatenate(ranks)
    cmc = cmc_of(ranks, len(identities))
    return IdentificationResult(float(cmc[0]), cmc, len(identities), len(probes), ranks)


def cmc_of(ranks: np.ndarray, length: int) -> np.ndarray:
    """Share of ranks (P,) that are at most k, for k from 1 to `length`."""
    return np.cumsum(np.bincount(np.minimum(ranks, length + 1), minlength=length + 2)[1 : length + 1]) / len(ranks)
