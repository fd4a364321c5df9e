"""Which of several losses rank apart over blocks: Friedman's test and Nemenyi's critical difference."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

_PERMUTATIONS = 10_000
_AT_ONCE = 2_000_000  # ranks in memory


@dataclass(frozen=True, eq=False)
class Friedman:
    """Average ranks over blocks, and how far apart they must be to mean something.

    Attributes:
        ranks: of each treatment, on average over the blocks; 1 is best (K,).
        blocks: how many.
        statistic: Friedman's χ², corrected for ties.
        p_value: share of random rankings with a χ² as great, the blocks ranked anew.
        critical_difference: Nemenyi's, at 5 %.
    """

    ranks: np.ndarray
    blocks: int
    statistic: float
    p_value: float
    critical_difference: float

    def cliques(self) -> list[list[int]]:
        """Treatments that are not told apart: the largest groups within the critical difference, best first."""
        order = np.argsort(self.ranks, kind="stable")
        found, furthest = [], 0
        for start, first in enumerate(order):
            end = start + 1
            while end < len(order) and self.ranks[order[end]] - self.ranks[first] <= self.critical_difference:
                end += 1
            if end - start > 1 and end > furthest:
                found.append(order[start:end].tolist())
            furthest = max(furthest, end)
        return found


def friedman(values: np.ndarray, seed: int = 0) -> Friedman:
    """Friedman's test over blocks: `χ² = (K − 1) Σ_j (R_j − N (K + 1) / 2)² / Σ_ij (r_ij − (K + 1) / 2)²`.

    Nobody needs a table of χ², which is wrong for few blocks: the ranks of each block are shuffled again and again.

    Args:
        values: of each treatment in each block (N, K), more is better; −∞ for one that failed.
        seed: of the shuffling.

    Raises:
        ValueError: fewer than two blocks or two treatments, or a value is NaN.

    Example:
        >>> found = friedman([[0.9, 0.8, 0.7], [0.8, 0.7, 0.6], [0.9, 0.6, 0.7], [0.7, 0.6, 0.5]])
        >>> found.ranks.tolist(), found.statistic
        ([1.0, 2.25, 2.75], 6.5)

    Reference:
        Friedman: The Use of Ranks to Avoid the Assumption of Normality, 1937. Demšar: Statistical Comparisons of
        Classifiers over Multiple Data Sets, JMLR 7, 2006.
    """
    values = np.asarray(values, np.float64)
    if values.ndim != 2 or min(values.shape) < 2 or np.isnan(values).any():
        raise ValueError(f"values: expected (blocks, treatments), two at least of each and no NaN, got {values.shape}")
    ranks = np.stack([_ranked(block) for block in values])
    blocks, count = ranks.shape
    spread = np.square(ranks - (count + 1) / 2).sum()
    expected = blocks * (count + 1) / 2
    reached = np.square(ranks.sum(axis=0) - expected).sum()
    as_great = 0
    random = np.random.default_rng(seed)
    at_once = max(1, min(_PERMUTATIONS, _AT_ONCE // ranks.size))
    for start in range(0, _PERMUTATIONS, at_once):
        tries = min(at_once, _PERMUTATIONS - start)
        shuffled = random.permuted(np.broadcast_to(ranks, (tries, blocks, count)), axis=2)
        as_great += int((np.square(shuffled.sum(axis=1) - expected).sum(axis=1) >= reached - 1e-9).sum())
    return Friedman(
        ranks.mean(axis=0),
        blocks,
        float((count - 1) * reached / spread) if spread else 0.0,
        (as_great + 1) / (_PERMUTATIONS + 1),
        critical_difference(count, blocks),
    )


def critical_difference(treatments: int, blocks: int, alpha: float = 0.05) -> float:
    """Nemenyi's `q_α √(K (K + 1) / (6 N))`: average ranks that are further apart differ.

    `q_α` is the quantile of the range of K independent normal numbers, divided by √2.

    Args:
        treatments: K.
        blocks: N; some ten are needed for it to be right.
        alpha: the chance that any two are told apart although all are equal.

    Example:
        >>> round(critical_difference(4, 14), 2)
        1.25

    Reference:
        Nemenyi: Distribution-free Multiple Comparisons, 1963. Demšar, JMLR 7, 2006.
    """
    low, high = 0.0, 20.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _range_below(middle, treatments) < 1 - alpha else (low, middle)
    return high / math.sqrt(2) * math.sqrt(treatments * (treatments + 1) / (6 * blocks))


def _range_below(width: float, count: int) -> float:
    """The chance that `count` normal numbers lie within a width: `K ∫ φ(z) (Φ(z + w) − Φ(z))^(K − 1) dz`."""
    places = np.linspace(-9, 9, 361)
    density = np.exp(-(places**2) / 2) / math.sqrt(2 * math.pi)
    below = np.array([0.5 * math.erfc(-place / math.sqrt(2)) for place in (*places, *(places + width))])
    inside = below[len(places) :] - below[: len(places)]
    # what is smooth and vanishes at both ends, a plain sum integrates to machine precision
    return float(count * (density * inside ** (count - 1)).sum() * (places[1] - places[0]))


def _ranked(block: np.ndarray) -> np.ndarray:
    """Ranks from 1 for the greatest; equal values share the mean of their ranks."""
    _, place, counts = np.unique(-block, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[place.reshape(-1)]
