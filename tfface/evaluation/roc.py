"""The ROC of a set of distances, and what is read off it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Roc:
    """False and true accept rates at every threshold that makes a difference.

    Point k accepts all pairs with `distance ≤ thresholds[k]`. Equal distances are accepted together,
    so ties are one point and no result depends on the order of the pairs. The first point accepts
    nothing (threshold −∞), the last one everything.

    Attributes:
        far: false accept rate, (K,), rising from 0 to 1.
        tar: true accept rate, (K,), rising from 0 to 1.
        thresholds: distances, (K,), rising.
    """

    far: np.ndarray
    tar: np.ndarray
    thresholds: np.ndarray

    @classmethod
    def of_counts(cls, genuine: np.ndarray, impostors: np.ndarray, distances: np.ndarray) -> Roc:
        """The ROC of so many genuine and impostor pairs at each of some distances (K,), which rise."""
        return cls(
            np.append(0.0, np.cumsum(impostors) / impostors.sum()),
            np.append(0.0, np.cumsum(genuine) / genuine.sum()),
            np.append(-np.inf, distances),
        )

    @classmethod
    def of(cls, distances: np.ndarray, same: np.ndarray) -> Roc:
        """The ROC of distances (P,) whose pairs are genuine where `same` (P,) is true."""
        order = np.argsort(distances, kind="stable")
        ranked = distances[order]
        last_of_tie = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
        genuine = np.cumsum(same[order])[last_of_tie]
        impostors = last_of_tie + 1 - genuine
        return cls(
            np.append(0.0, impostors / impostors[-1]),
            np.append(0.0, genuine / genuine[-1]),
            np.append(-np.inf, ranked[last_of_tie]),
        )

    @property
    def auc(self) -> float:
        """Area under the curve: the chance that a genuine pair is nearer than an impostor, ties half."""
        return float(np.sum(np.diff(self.far) * (self.tar[1:] + self.tar[:-1])) / 2)

    @property
    def eer(self) -> float:
        """Equal error rate: where FAR = 1 − TAR on the curve, straight between its points."""
        gap = self.far + self.tar - 1  # never falls, from −1 to 1
        after = int(np.argmax(gap >= 0))
        part = -gap[after - 1] / (gap[after] - gap[after - 1])
        return float(self.far[after - 1] + part * (self.far[after] - self.far[after - 1]))

    def fnmr_at(self, fmr: float) -> float:
        """The lowest false non-match rate, 1 − TAR, of any threshold whose measured FMR is at most `fmr`."""
        return 1.0 - self.tar_at(fmr)

    def tar_at(self, far: float) -> float:
        """The highest TAR of any threshold whose measured FAR is at most `far`; nothing interpolated."""
        return float(self.tar[np.searchsorted(self.far, far, side="right") - 1])


def check_rates(rates: Sequence[float]) -> tuple[float, ...]:
    """False accept rates as floats.

    Raises:
        ValueError: one is not above 0 and at most 1.
    """
    for rate in rates:
        if not 0 < rate <= 1:
            raise ValueError(f"far: expected rates above 0 and at most 1, got {rate!r}")
    return tuple(map(float, rates))


def accepted_at(far: float, impostors: int) -> int:
    """How many of so many impostors may be accepted: the largest k with k / impostors ≤ far, as floats are compared."""
    count = round(far * impostors)
    return count if count / impostors <= far else count - 1
