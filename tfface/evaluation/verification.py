"""Verification: do two images show one person? K-fold accuracy, AUC, EER and TAR@FAR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .curves import curves_of
from .folds import THRESHOLDS, candidates, check_pairs, choose_thresholds, parts_of
from .interval import FEW, Interval, of_auc, of_draws, of_share
from .judged import Judged, as_people
from .result import Result
from .roc import Roc, check_rates
from .vectors import as_embeddings, refuse_nan, unit

_DRAWS = 1000


@dataclass(frozen=True, eq=False, repr=False)
class VerificationResult(Result):
    """What a verification protocol found.

    Attributes:
        accuracy: mean accuracy over the folds, each at the threshold that is best on the others.
        accuracy_std: its standard deviation over the folds.
        thresholds: the threshold of each fold; a pair counts as genuine below it.
        auc: area under the ROC of all pairs.
        eer: equal error rate of all pairs.
        tar_at_far: {FAR: highest TAR of any threshold whose measured FAR is at most that}.
        genuine: number of genuine pairs.
        impostors: number of impostor pairs.
        curve: the ROC of all pairs; `curve.tar_at(rate)` and `curve.fnmr_at(rate)` for any other rate.
        pairs: distances and decisions, pair by pair.
    """

    accuracy: float
    accuracy_std: float
    thresholds: tuple[float, ...]
    auc: float
    eer: float
    tar_at_far: dict[float, float]
    genuine: int
    impostors: int
    curve: Roc = field(repr=False)
    pairs: Judged = field(repr=False)

    def __repr__(self) -> str:
        tar = "".join(f", TAR@FAR={far:g} {value:.2%}" for far, value in self.tar_at_far.items())
        return (
            f"VerificationResult(accuracy {self.accuracy:.2%} ± {self.accuracy_std:.2%}, AUC {self.auc:.4f}, "
            f"EER {self.eer:.2%}{tar}; {self._counts()})"
        )

    def _counts(self):
        return f"{self.genuine} genuine, {self.impostors} impostor pairs"

    def figures(self) -> dict[str, float]:
        """Accuracy, AUC, EER and TAR at each FAR."""
        tar = {f"tar@far={far:g}": value for far, value in self.tar_at_far.items()}
        return {"accuracy": self.accuracy, "auc": self.auc, "eer": self.eer, **tar}

    def roc(self) -> tuple[np.ndarray, np.ndarray]:
        """(far, tar) of every threshold, for a plot."""
        return self.curve.far, self.curve.tar

    def intervals(self, draws: int = _DRAWS, seed: int = 0) -> dict[str, Interval]:
        """95 % intervals of `accuracy`, `auc`, `eer` and each `tar_at_far/<rate>`.

        Where the protocol was told who is in the pairs, people are drawn again (bootstrap by identity), so that pairs
        which share a person are no independent evidence. Where it was not told, by Wilson, and by Hanley and McNeil for
        the AUC, as if pairs were independent; by Wilson too for a share that hangs on fewer than ten pairs.
        """
        pairs, few = self.genuine + self.impostors, min(self.genuine, self.impostors)
        shares = {
            "accuracy": (self.accuracy, pairs),
            "eer": (self.eer, few),
            **{f"tar_at_far/{far:g}": (tar, self.genuine) for far, tar in self.tar_at_far.items()},
        }
        found = {name: of_share(*share) for name, share in shares.items()}
        found["auc"] = of_auc(self.auc, self.genuine, self.impostors)
        if self.pairs.people is not None:
            redrawn = self.pairs.redrawn(tuple(self.tar_at_far), draws, seed)
            sure = [name for name, (share, count) in shares.items() if min(share, 1 - share) * count >= FEW]
            found |= {name: of_draws(redrawn[name]) for name in [*sure, "auc"]}
        return {name: found[name] for name in ("accuracy", "auc", *list(shares)[1:])}

    def curves(self) -> dict:
        """ROC (at most 500 points) and histograms of the cosines as plain data, ready for JSON.

        `{"roc": {"far", "tar"}, "scores": {"genuine": {"edges", "counts"}, "impostor": {"edges", "counts"}}}`
        """
        return curves_of(self.curve, self.genuine, self.impostors)

    def plot(self):
        """ROC, DET and score histograms, a matplotlib figure."""
        from .plots import verification_figure

        return verification_figure(self.curves())

    def to_dict(self) -> dict:
        """All figures with their intervals as plain numbers, ready for JSON; without the curve."""
        return {**super().to_dict(), "fnmr_at_fmr": {f"{far:g}": 1 - tar for far, tar in self.tar_at_far.items()}}


def verification(
    first: np.ndarray,
    second: np.ndarray,
    same: Sequence[bool] | np.ndarray,
    folds: int | np.ndarray = 10,
    far: Sequence[float] = (1e-2,),
    people: Sequence | None = None,
) -> VerificationResult:
    """Judge embeddings by pairs, as InsightFace does: d = ‖ê₁ − ê₂‖², genuine if d < threshold.

    The threshold of a fold is the first of 0, 0.01, …, 3.99 with the highest
    accuracy on all other folds.

    Args:
        first: embeddings of one side (P, D); they are L2-normalised here.
        second: embeddings of the other side (P, D).
        same: True where a pair shows one person (P,).
        folds: number of contiguous folds, at least 2, or the fold of each pair (P,).
        far: false accept rates at which to give the TAR.
        people: who is on either side (P, 2), names or numbers, for intervals by identity.

    Raises:
        ValueError: for sizes that differ, NaN or infinity, pairs of one kind only, fewer pairs than
            folds, a FAR outside 0..1, or people who are not as `same` says.

    Example:
        >>> pairs = tfface.data.verification_pairs(faces.labels)
        >>> result = verification(embeddings[pairs.first], embeddings[pairs.second], pairs.same)
    """
    first, second = as_embeddings(first, "first"), as_embeddings(second, "second")
    if first.shape != second.shape:
        raise ValueError(f"first, second: expected the same shape, got {first.shape} and {second.shape}")
    distances = np.sum(np.square(unit(first) - unit(second)), axis=1)
    return verification_from_distances(distances, same, folds, far, people=people)


def verification_from_distances(
    distances: np.ndarray,
    same: Sequence[bool] | np.ndarray,
    folds: int | np.ndarray = 10,
    far: Sequence[float] = (1e-2,),
    thresholds: np.ndarray | None = THRESHOLDS,
    people: Sequence | None = None,
) -> VerificationResult:
    """Judge distances of pairs; see `verification` for the protocol.

    Args:
        distances: of the pairs (P,); small means alike.
        same: True where a pair shows one person (P,).
        folds: number of contiguous folds, at least 2, or the fold of each pair (P,).
        far: false accept rates at which to give the TAR.
        thresholds: candidates, rising; the default suits squared distances of unit vectors. None for the middles
            between the distances, which suit any.
        people: who is on either side (P, 2), for intervals by identity.

    Raises:
        ValueError: as `verification` does.

    Example:
        >>> verification_from_distances([0.2, 1.9, 0.2, 1.5], [True, False, True, False], folds=2).accuracy
        1.0
    """
    distances = np.asarray(distances, np.float64)
    same = check_pairs(same, len(distances), folds)
    if distances.shape != same.shape:
        raise ValueError(f"distances: expected shape {same.shape}, got {distances.shape}")
    refuse_nan(distances, "distances")
    rates = check_rates(far)
    people = None if people is None else as_people(people, same)
    chosen = choose_thresholds(distances, same, folds, candidates(distances, thresholds))
    parts = parts_of(len(same), folds)
    correct = np.empty(len(same), bool)
    for part, threshold in zip(parts, chosen, strict=True):
        correct[part] = (distances[part] < threshold) == same[part]
    accuracies = np.array([correct[part].mean() for part in parts])
    curve = Roc.of(distances, same)
    return VerificationResult(
        accuracy=float(accuracies.mean()),
        accuracy_std=float(accuracies.std()),
        thresholds=tuple(chosen.tolist()),
        auc=curve.auc,
        eer=curve.eer,
        tar_at_far={rate: curve.tar_at(rate) for rate in rates},
        genuine=int(same.sum()),
        impostors=int((~same).sum()),
        curve=curve,
        pairs=Judged(distances, same, correct, people),
    )
