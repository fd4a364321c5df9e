"""Open-set identification: who of the gallery is it, if it is anybody of it? DIR@FAR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .identification import cmc_of
from .interval import Interval, of_share
from .result import Result
from .roc import accepted_at, check_rates
from .vectors import as_embeddings, as_labels, unit

_CHUNK = 1024  # probes compared at a time


@dataclass(frozen=True, eq=False, repr=False)
class OpenSetResult(Result):
    """What an open-set protocol found.

    Attributes:
        dir_at_far: {FAR: share of the mated probes that are found at rank 1 above the highest threshold which takes at
            most that share of the strangers for somebody of the gallery}.
        thresholds: {FAR: the cosine above which an answer is given}.
        cmc: share of the mated probes found within rank k, at index k − 1, without a threshold.
        mated: probes whose identity is in the gallery.
        strangers: probes whose identity is not.
        identities: identities in the gallery.
        own: cosine of each mated probe with its own identity.
        ranks: rank of each mated probe's own identity.
        nearest: the highest cosine of each stranger, rising.
    """

    dir_at_far: dict[float, float]
    thresholds: dict[float, float]
    cmc: np.ndarray
    mated: int
    strangers: int
    identities: int
    own: np.ndarray = field(repr=False)
    ranks: np.ndarray = field(repr=False)
    nearest: np.ndarray = field(repr=False)

    def figures(self) -> dict[str, float]:
        """DIR at each FAR, and rank-1 of the closed set."""
        found = {f"dir@far={far:g}": share for far, share in self.dir_at_far.items()}
        return {**found, "rank-1": float(self.cmc[0])}

    def _counts(self):
        return f"{self.mated} mated probes, {self.strangers} strangers, {self.identities} identities"

    def dir_at(self, far: float, rank: int = 1) -> float:
        """Share of the mated probes found within a rank, above the threshold for that rate."""
        threshold = _threshold(self.nearest, far)
        return float(((self.own > threshold) & (self.ranks <= rank)).mean())

    def intervals(self) -> dict[str, Interval]:
        """Wilson's 95 % intervals of all figures, as if probes were independent."""
        return {name: of_share(share, self.mated) for name, share in self.figures().items()}

    def plot(self):
        """DIR against FAR, and the CMC curve, a matplotlib figure."""
        from .plots import open_set_figure

        return open_set_figure(self)


def open_set(
    gallery: np.ndarray,
    gallery_labels: Sequence[int] | np.ndarray,
    probes: np.ndarray,
    probe_labels: Sequence[int] | np.ndarray,
    far: Sequence[float] = (1e-1, 1e-2),
) -> OpenSetResult:
    """Search probes, of whom some are strangers, in a gallery by cosine; an identity scores by its nearest image.

    An answer is given where the best score is above a threshold. FAR is the share of strangers who get one (FPIR in
    IJB's words); DIR the share of mated probes who get the right one (TPIR). The threshold for a rate is the
    lowest with at most that share of the strangers above it, so that strangers of equal score are refused together;
    among identities a tie counts against the model.

    Args:
        gallery: embeddings (G, D); L2-normalised here, as the probes are.
        gallery_labels: identities (G,).
        probes: embeddings (P, D).
        probe_labels: identities (P,); who is not among the gallery's is a stranger.
        far: rates of strangers taken for somebody.

    Raises:
        ValueError: for sizes that differ, NaN or infinity, no mated probe or no stranger, or a rate outside (0, 1].

    Example:
        >>> gallery, ids = np.eye(3), ["anna", "bo", "cleo"]
        >>> probes = [[1.0, 0.1, 0.0], [0.0, 0.2, 1.0], [1.0, 1.0, 1.0]]
        >>> open_set(gallery, ids, probes, ["anna", "cleo", "a stranger"]).dir_at_far[0.1]
        1.0

    Reference:
        Phillips, Grother, Micheals: Evaluation Methods in Face Recognition, Handbook of Face Recognition, 2005.
    """
    gallery, probes = as_embeddings(gallery, "gallery"), as_embeddings(probes, "probes")
    gallery_labels = as_labels(gallery_labels, len(gallery), "gallery_labels")
    probe_labels = as_labels(probe_labels, len(probes), "probe_labels")
    rates = check_rates(far)
    if gallery.shape[1] != probes.shape[1]:
        raise ValueError(f"gallery, probes: expected the same D, got {gallery.shape[1]} and {probes.shape[1]}")
    mated = np.isin(probe_labels, gallery_labels)
    if not mated.any() or mated.all():
        raise ValueError(f"probes: expected mated ones and strangers, got {mated.sum()} and {(~mated).sum()}")
    identities, best, own, ranks = _search(unit(gallery), gallery_labels, unit(probes), probe_labels, mated)
    nearest = np.sort(best[~mated])
    thresholds = {rate: _threshold(nearest, rate) for rate in rates}
    found = {rate: float(((own > threshold) & (ranks == 1)).mean()) for rate, threshold in thresholds.items()}
    counts = len(own), len(nearest), identities
    return OpenSetResult(found, thresholds, cmc_of(ranks, identities), *counts, own, ranks, nearest)


def _search(gallery, gallery_labels, probes, probe_labels, mated):
    order = np.argsort(gallery_labels, kind="stable")
    identities, starts = np.unique(gallery_labels[order], return_index=True)
    best, own, ranks = np.empty(len(probes)), [], []
    for start in range(0, len(probes), _CHUNK):
        rows = slice(start, start + _CHUNK)
        scores = np.maximum.reduceat(probes[rows] @ gallery[order].T, starts, axis=1)
        best[rows] = scores.max(axis=1)
        scores, labels = scores[mated[rows]], probe_labels[rows][mated[rows]]
        mine = scores[np.arange(len(labels)), np.searchsorted(identities, labels)]
        own.append(mine)
        ranks.append((scores >= mine[:, None]).sum(axis=1))
    return len(identities), best, np.concatenate(own), np.concatenate(ranks)


def _threshold(nearest, far):
    """The lowest cosine above which at most that share of strangers' best scores (S,), rising, lie."""
    allowed = accepted_at(far, len(nearest))
    return float(nearest[-allowed - 1]) if allowed < len(nearest) else -np.inf
