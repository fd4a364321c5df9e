"""From similarity to probability, and whether such probabilities can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .folds import check_pairs, parts_of
from .result import Result
from .vectors import refuse_nan

_STEPS = 100


@dataclass(frozen=True)
class Calibration:
    """`P(one person | s) = σ(a s + b + log(π / (1 − π)))`, for a prior π.

    Attributes:
        slope: a.
        offset: b, so that `a s + b` is the log-likelihood ratio.
    """

    slope: float
    offset: float

    def probability(self, scores: np.ndarray, prior: float = 0.5) -> np.ndarray:
        """How likely it is that a pair of this score shows one person.

        Args:
            scores: similarities (P,).
            prior: how likely it is before looking: one half, or what is usual where the system stands.
        """
        logit = self.slope * np.asarray(scores, np.float64) + self.offset + np.log(prior / (1 - prior))
        return 1 / (1 + np.exp(-np.clip(logit, -700, 700)))


@dataclass(frozen=True, eq=False, repr=False)
class CalibrationResult(Result):
    """How good probabilities are, on pairs that the calibration had not seen.

    Attributes:
        ece: expected calibration error, the mean gap between probability and share over the bins.
        brier: mean squared error of the probability.
        cllr: mean cost of the log-likelihood ratios in bits; 1 for one that says nothing.
        calibration: made on all pairs, for use.
        bins: (mean probability, share of genuine pairs, number of pairs) of each bin that has pairs.
    """

    ece: float
    brier: float
    cllr: float
    calibration: Calibration
    bins: np.ndarray = field(repr=False)

    def figures(self) -> dict[str, float]:
        """ECE, Brier score and Cllr."""
        return {"ece": self.ece, "brier": self.brier, "cllr": self.cllr}

    def _counts(self):
        return f"{int(self.bins[:, 2].sum())} pairs"

    def to_dict(self) -> dict:
        """All figures, and the two numbers of the calibration, ready for JSON."""
        used = {"slope": self.calibration.slope, "offset": self.calibration.offset}
        return {"ece": self.ece, "brier": self.brier, "cllr": self.cllr, "calibration": used}

    def plot(self):
        """The reliability diagram, a matplotlib figure."""
        from .plots import reliability_figure

        return reliability_figure(self.bins)


def calibrate(scores: Sequence[float] | np.ndarray, same: Sequence[bool] | np.ndarray) -> Calibration:
    """Logistic regression of genuine against impostor pairs, both of the same weight however many there are.

    Of n pairs of a kind it takes one more to be of that kind and one not, as Platt does, so that no slope is infinite
    where a few pairs happen to be told apart wholly.

    Args:
        scores: similarities (P,), great means alike.
        same: True where a pair shows one person (P,).

    Raises:
        ValueError: sizes differ, NaN or infinity, or pairs of one kind only.

    Example:
        >>> calibrate([0.9, 0.4, 0.5, 0.1], [True, True, False, False]).probability([0.0, 1.0]).round(2).tolist()
        [0.25, 0.77]

    Reference:
        Platt: Probabilistic Outputs for Support Vector Machines, 1999. Brümmer, du Preez: Application-Independent
        Evaluation of Speaker Detection, 2006.
    """
    scores, same = _checked(scores, same, 2)
    middle, spread = scores.mean(), max(scores.std(), 1e-12)
    points = np.stack([(scores - middle) / spread, np.ones(len(scores))], axis=1)
    weights = np.where(same, 0.5 / same.sum(), 0.5 / (~same).sum())
    found = np.zeros(2)
    targets = np.where(same, (same.sum() + 1) / (same.sum() + 2), 1 / ((~same).sum() + 2))
    for _ in range(_STEPS):  # Newton's method, in steps that cannot overshoot far
        chance = 1 / (1 + np.exp(-np.clip(points @ found, -700, 700)))
        curvature = (points.T * (weights * chance * (1 - chance))) @ points + 1e-12 * np.eye(2)
        step = np.linalg.solve(curvature, points.T @ (weights * (chance - targets)))
        found = found - step * min(1, 2 / max(np.abs(step).max(), 1e-300))
        if np.abs(step).max() < 1e-12:
            break
    return Calibration(float(found[0] / spread), float(found[1] - found[0] * middle / spread))


def calibration(
    scores: Sequence[float] | np.ndarray, same: Sequence[bool] | np.ndarray, folds: int = 10, bins: int = 15
) -> CalibrationResult:
    """Judge the calibration of similarities: each fold by what was found on the others, for a prior of one half.

    `ECE = Σ_b w_b |p_b − share_b|`, genuine and impostor pairs weighing one half each.

    Args:
        scores: similarities (P,), great means alike: `1 - result.pairs.distances / 2` of a `VerificationResult`.
        same: True where a pair shows one person (P,).
        folds: number of contiguous folds.
        bins: of equal width in probability.

    Raises:
        ValueError: as `calibrate` does, or a fold whose others are pairs of one kind.

    Example:
        >>> calibration([0.9, 0.1, 0.8, 0.2, 0.7, 0.4, 0.3, 0.5], [True, False] * 4, folds=2).cllr < 1
        True
    """
    scores, same = _checked(scores, same, folds)
    chance = np.empty(len(scores))
    for part in parts_of(len(scores), folds):
        others = np.ones(len(scores), bool)
        others[part] = False
        chance[part] = calibrate(scores[others], same[others]).probability(scores[part])
    weights = np.where(same, 0.5 / same.sum(), 0.5 / (~same).sum())
    place = np.minimum((chance * bins).astype(int), bins - 1)
    held = np.bincount(place, weights, bins)
    used = held > 0
    mean = np.bincount(place, weights * chance, bins)[used] / held[used]
    share = np.bincount(place, weights * same, bins)[used] / held[used]
    cost = -np.log2(np.maximum(np.where(same, chance, 1 - chance), 1e-300))
    return CalibrationResult(
        ece=float(np.sum(held[used] * np.abs(mean - share))),
        brier=float(np.sum(weights * (chance - same) ** 2)),
        cllr=float(np.sum(weights * cost)),
        calibration=calibrate(scores, same),
        bins=np.stack([mean, share, np.bincount(place, minlength=bins)[used]], axis=1),
    )


def _checked(scores, same, folds):
    scores = np.asarray(scores, np.float64)
    same = check_pairs(same, len(scores), folds)
    if scores.shape != same.shape:
        raise ValueError(f"scores: expected shape {same.shape}, got {scores.shape}")
    refuse_nan(scores, "scores")
    return scores, same
