"""How soon training gets close to the best it reaches."""

from __future__ import annotations

from collections.abc import Sequence

from ..outcome import Point, finite

SHARE = 0.95


def best_of(curve: Sequence[Point]) -> float | None:
    """The highest accuracy of a curve; None where none was measured.

    Args:
        curve: a point an epoch.
    """
    return max((point.accuracy for point in curve if finite(point.accuracy)), default=None)


def reached(curve: Sequence[Point], goal: float | None = None) -> Point | None:
    """The first point whose accuracy is at least 95 % of a goal; None if it is never reached.

    How it is read: the accuracy is that of the unseen people's pairs after each epoch, as it is (not smoothed, chance
    not taken off), an epoch counts when it is over, and the seconds are those of training until then. Srivastava et al.
    compare five losses on two networks; where they stop and what they count is theirs, this reading is ours.

    Args:
        curve: a point an epoch.
        goal: an accuracy; None for the highest of this very curve.

    Example:
        >>> curve = [Point(1, 2.0, 3.0, 0.6), Point(2, 4.0, 2.0, 0.77), Point(3, 6.0, 1.0, 0.8)]
        >>> reached(curve).epoch, reached(curve, 0.9)
        (2, None)

    Reference:
        Srivastava, Murali, Dubey: A Performance Evaluation of Loss Functions for Deep Face Recognition, 2019,
        arXiv 1901.05903.
    """
    goal = best_of(curve) if goal is None else goal
    if goal is None:
        return None
    return next((point for point in curve if finite(point.accuracy) and point.accuracy >= SHARE * goal), None)
