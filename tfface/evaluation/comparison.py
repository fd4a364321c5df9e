"""Two models on the same pairs: is one better, or was it luck?"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from .interval import Interval, of_draws
from .result import Result
from .verification import VerificationResult


@dataclass(frozen=True, eq=False, repr=False)
class ComparisonResult(Result):
    """What speaks for a difference between two models.

    Attributes:
        difference: {figure: second model minus first}.
        interval: {figure: 95 % interval of the difference}, people drawn again and both models judged on each draw.
        p_value: {figure: how often chance alone makes such a difference, two-sided}.
        only_first: pairs that only the first model got right.
        only_second: pairs that only the second model got right.
        differing: in what the fingerprints differ apart from the model; not empty: compare with care.
    """

    difference: dict[str, float]
    interval: dict[str, Interval]
    p_value: dict[str, float]
    only_first: int
    only_second: int
    differing: dict[str, tuple[str, str]] = field(default_factory=dict)

    def figures(self) -> dict[str, float]:
        """The differences."""
        return dict(self.difference)

    def _counts(self):
        p = ", ".join(f"{name} {value:.3g}" for name, value in self.p_value.items())
        return f"p-values: {p}; {self.only_first} pairs right with the first only, {self.only_second} with the second"

    def plot(self):
        """Each difference with its interval, a matplotlib figure."""
        from .plots import differences_figure

        return differences_figure(self)


def compare_models(
    first: VerificationResult, second: VerificationResult, draws: int = 1000, seed: int = 0
) -> ComparisonResult:
    """Compare two models that judged the same pairs, pair by pair.

    Accuracy by McNemar's exact test: of the pairs that one model alone got right, under chance half are either's.
    All figures by a paired bootstrap: people are drawn again (pairs, where nobody said who is in them), both models
    are judged on the same draw, and the difference counts; `p = 2 min(share ≤ 0, share ≥ 0)` of the draws.

    Args:
        first: result of `verification` with one model.
        second: with the other, on the same pairs in the same order and at the same rates.
        draws: of people.
        seed: of the draws.

    Raises:
        ValueError: the pairs or the rates are not the same.

    Example:
        >>> pairs = tfface.data.verification_pairs(labels)
        >>> sides = [(points[pairs.first], points[pairs.second]) for points in (embeddings, embeddings**3)]
        >>> models = [tfface.evaluation.verification(*side, pairs.same) for side in sides]
        >>> compare_models(*models, draws=50).difference["accuracy"] < 0.5
        True

    Reference:
        McNemar: Note on the Sampling Error of the Difference between Correlated Proportions, 1947.
    """
    one, other = first.pairs, second.pairs
    if not np.array_equal(one.same, other.same):
        raise ValueError("second: expected a result of the same pairs in the same order as the first's")
    if first.tar_at_far.keys() != second.tar_at_far.keys():
        raise ValueError(f"second: expected TAR at {list(first.tar_at_far)}, got {list(second.tar_at_far)}")
    if one.people is not None and other.people is not None and not np.array_equal(one.people, other.people):
        raise ValueError("second: expected a result of the same people as the first's")
    rates = tuple(first.tar_at_far)
    drawn = [pairs.redrawn(rates, draws, seed) for pairs in (one, other)]
    apart = {name: drawn[1][name] - drawn[0][name] for name in drawn[0]}
    only_first, only_second = int((one.correct & ~other.correct).sum()), int((other.correct & ~one.correct).sum())
    p_value = {"accuracy": mcnemar(only_first, only_second)}
    p_value |= {name: _two_sided(values) for name, values in apart.items() if name != "accuracy"}
    figures = [
        {"auc": r.auc, "eer": r.eer, **{f"tar_at_far/{far:g}": tar for far, tar in r.tar_at_far.items()}}
        for r in (first, second)
    ]
    difference = {name: figures[1][name] - figures[0][name] for name in figures[0]}
    known = first.fingerprint and second.fingerprint
    return ComparisonResult(
        {"accuracy": second.accuracy - first.accuracy, **difference},
        {name: of_draws(values) for name, values in apart.items()},
        p_value,
        only_first,
        only_second,
        first.fingerprint.differences(second.fingerprint) if known else {},
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """The two-sided p-value of McNemar's exact test.

    Args:
        only_first: cases that only the first got right.
        only_second: cases that only the second got right.

    Example:
        >>> round(mcnemar(1, 7), 6)
        0.070312
    """
    count, fewer = only_first + only_second, min(only_first, only_second)
    logs = [math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1) for k in range(fewer + 1)]
    return min(1.0, 2 * math.fsum(math.exp(log - count * math.log(2)) for log in logs))


def _two_sided(draws):
    """How far 0 lies in the tail of the draws; not below what so many draws can tell."""
    draws = draws[~np.isnan(draws)]
    tail = min(np.mean(draws <= 0), np.mean(draws >= 0))
    return float(min(1.0, max(2 * tail, 1 / max(len(draws), 1))))
