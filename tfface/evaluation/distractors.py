"""Identification among distractors, as MegaFace has it: a million strangers in the gallery, in little memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from .cores import on_every_core
from .greatest import Greatest
from .identification import cmc_of
from .interval import Interval, of_share
from .nearest_rows import NearestOfRows
from .pieces import pieces
from .result import Result
from .roc import accepted_at, check_rates
from .vectors import as_labels, rounding, unit, unit_float32

_AT_ONCE = 1024  # distractors compared at a time by a core: they and their scores stay in its cache
_FIRST = 128  # at first
_AGAIN = 8192  # cosines computed again at a time
_TIE = 1e-6  # what float32 may make of equal cosines


@dataclass(frozen=True, eq=False, repr=False)
class DistractorResult(Result):
    """What was found among distractors.

    Attributes:
        cmc: share of the searches in which the mate is among the nearest k, at index k − 1.
        tar_at_far: {FAR: share of mates above the lowest threshold that accepts at most that share of all pairs of a
            probe and a distractor}.
        thresholds: {FAR: the cosine above which pairs are accepted}.
        searches: number of (probe, mate) pairs.
        probes: number of probes.
        distractors: number of distractors.
        ranks: the rank of the mate in each search, `len(cmc) + 1` where it is beyond.
    """

    cmc: np.ndarray
    tar_at_far: dict[float, float]
    thresholds: dict[float, float]
    searches: int
    probes: int
    distractors: int
    ranks: np.ndarray = field(repr=False)

    def figures(self) -> dict[str, float]:
        """Rank-1, and TAR at each FAR."""
        return {"rank-1": float(self.cmc[0]), **{f"tar@far={far:g}": tar for far, tar in self.tar_at_far.items()}}

    def _counts(self):
        return f"{self.searches:,} searches of {self.probes:,} probes among {self.distractors:,} distractors"

    def intervals(self) -> dict[str, Interval]:
        """Wilson's 95 % intervals of all figures, for as many independent cases as there are probes."""
        return {name: of_share(share, self.probes) for name, share in self.figures().items()}

    def plot(self):
        """The CMC curve, a matplotlib figure."""
        from .plots import cmc_figure

        return cmc_figure(self.cmc)


def distractors(
    probes: np.ndarray,
    labels: Sequence[int] | np.ndarray,
    strangers: np.ndarray,
    far: Sequence[float] = (1e-6,),
    ranks: int = 10,
) -> DistractorResult:
    """MegaFace's protocol: each image of a person is put among the distractors in turn, each other one searches it.

    A search ranks the mate's cosine among those of all distractors; a tie, to a
    millionth, counts against the model. Genuine pairs of
    TAR@FAR are the searches, impostor pairs are all probes with all distractors; equal scores are accepted together.
    Distractors are compared in float32 and read chunk by chunk, so they may lie in a file (`numpy.memmap`).

    Args:
        probes: embeddings (P, D) of people with two images or more; L2-normalised here, as the distractors are.
        labels: identities of the probes (P,).
        strangers: embeddings of the distractors (N, D), nobody of the probes among them.
        far: false accept rates.
        ranks: how far the CMC goes.

    Raises:
        ValueError: for sizes that differ, NaN or infinity, no person with two images, or a rate outside (0, 1].

    Example:
        >>> others = np.random.default_rng(0).normal(size=(1000, 4))
        >>> result = distractors(embeddings, labels, others, far=[1e-2])
        >>> result.searches
        160

    Reference:
        Kemelmacher-Shlizerman, Seitz, Miller, Brossard: The MegaFace Benchmark, 2016, arXiv 1512.00596.
    """
    rates = check_rates(far)
    probes, strangers = np.asarray(probes), np.asanyarray(strangers)
    points = unit_float32(probes, "probes")
    labels = as_labels(labels, len(points))
    if strangers.ndim != 2 or strangers.shape[1] != points.shape[1] or len(strangers) < ranks or ranks < 1:
        raise ValueError(
            f"strangers: expected shape (N, {points.shape[1]}), N at least the {ranks} ranks, got {strangers.shape}"
        )
    searching, mates = np.nonzero((labels[:, None] == labels) & ~np.eye(len(labels), dtype=bool))
    if not len(searching):
        raise ValueError(f"labels: no identity has two images, of {len(labels)} probes")
    impostors = len(points) * len(strangers)
    allowed = {rate: accepted_at(rate, impostors) for rate in rates}
    greatest = Greatest(
        max([0, *(count + 1 for count in allowed.values() if count < impostors)]), rounding(points.shape[1])
    )
    nearest = NearestOfRows(len(points), ranks)
    _compare(points, strangers, greatest, nearest)

    def exact(places):
        return _cosines(probes, strangers, *np.divmod(places, len(strangers)))

    thresholds = {
        rate: greatest.last(count + 1, exact) if count < impostors else -np.inf for rate, count in allowed.items()
    }
    own = _cosines(probes, probes, searching, mates)
    found = (nearest.scores[searching] >= own[:, None] - _TIE).sum(axis=1) + 1
    tar = {rate: float((own > threshold).mean()) for rate, threshold in thresholds.items()}
    counts = len(own), len(points), len(strangers)
    return DistractorResult(cmc_of(found, ranks), tar, thresholds, *counts, found)


def _compare(points, strangers, greatest, nearest):
    """Shows all cosines of probes and distractors to who keeps the greatest."""
    one_at_a_time = Lock()

    def show(piece):
        start, stop = piece
        tile = points @ unit_float32(strangers[start:stop], "strangers").T
        found = np.flatnonzero(tile > np.minimum(nearest.floors, greatest.floor))  # what either keeps, in one pass
        rows, columns = np.divmod(found, stop - start)
        scores = tile.reshape(-1)[found]
        with one_at_a_time:
            greatest.take(scores, rows * len(strangers) + columns + start)
            nearest.take(rows, scores)

    first, *others = pieces(0, len(strangers), _AT_ONCE, _FIRST)
    show(first)  # all of it is kept
    on_every_core(show, others)


def _cosines(first, second, rows, others):
    """Cosines of rows of two sets in float64, to twelve digits."""
    found = np.empty(len(rows))
    for start in range(0, len(rows), _AGAIN):
        part = slice(start, start + _AGAIN)
        one = unit(np.asarray(first[rows[part]], np.float64))
        other = unit(np.asarray(second[others[part]], np.float64))
        found[part] = np.einsum("ij,ij->i", one, other)
    return np.round(found, 12)
