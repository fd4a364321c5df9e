"""Verification: do two images show one person? K-fold accuracy, AUC, EER and TAR@FAR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .curves import curves_of
from .interval import Interval, of_auc, of_share
from .roc import Roc
from .vectors import as_embeddings, refuse_nan, unit

# InsightFace's grid for squared distances of unit vectors, which lie in 0..4.
THRESHOLDS = np.arange(0, 4, 0.01)


@dataclass(frozen=True, eq=False, repr=False)
class VerificationResult:
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
        curve: the ROC of all pairs.
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

    def __repr__(self) -> str:
        tar = "".join(f", TAR@FAR={far:g} {value:.2%}" for far, value in self.tar_at_far.items())
        return (
            f"VerificationResult(accuracy {self.accuracy:.2%} ± {self.accuracy_std:.2%}, AUC {self.auc:.4f}, "
            f"EER {self.eer:.2%}{tar}; {self.genuine} genuine, {self.impostors} impostor pairs)"
        )

    def roc(self) -> tuple[np.ndarray, np.ndarray]:
        """(far, tar) of every threshold, for a plot."""
        return self.curve.far, self.curve.tar

    def intervals(self) -> dict[str, Interval]:
        """95 % intervals of `accuracy`, `auc`, `eer` and each `tar_at_far/<rate>`, as if pairs were independent.

        By Wilson, and by Hanley and McNeil for the AUC. Where pairs share images, the true ones are wider.
        """
        pairs = self.genuine + self.impostors
        return {
            "accuracy": of_share(self.accuracy, pairs),
            "auc": of_auc(self.auc, self.genuine, self.impostors),
            "eer": of_share(self.eer, min(self.genuine, self.impostors)),
            **{f"tar_at_far/{far:g}": of_share(tar, self.genuine) for far, tar in self.tar_at_far.items()},
        }

    def curves(self) -> dict:
        """ROC (at most 500 points) and histograms of the cosines as plain data, ready for JSON.

        `{"roc": {"far", "tar"}, "scores": {"genuine": {"edges", "counts"}, "impostor": {"edges", "counts"}}}`
        """
        return curves_of(self.curve, self.genuine, self.impostors)

    def to_dict(self) -> dict:
        """All figures with their intervals as plain numbers, ready for JSON; without the curve."""
        return {
            "accuracy": self.accuracy,
            "accuracy_std": self.accuracy_std,
            "thresholds": list(self.thresholds),
            "auc": self.auc,
            "eer": self.eer,
            "tar_at_far": {f"{far:g}": value for far, value in self.tar_at_far.items()},
            "genuine": self.genuine,
            "impostors": self.impostors,
            "interval": {name: found._asdict() for name, found in self.intervals().items()},
        }


def verification(
    first: np.ndarray,
    second: np.ndarray,
    same: Sequence[bool] | np.ndarray,
    folds: int = 10,
    far: Sequence[float] = (1e-2,),
) -> VerificationResult:
    """Judge embeddings by pairs, as InsightFace does: d = ‖ê₁ − ê₂‖², genuine if d < threshold.

    The folds are contiguous. The threshold of a fold is the first of 0, 0.01, …, 3.99 with the highest
    accuracy on all other folds.

    Args:
        first: embeddings of one side (P, D); they are L2-normalised here.
        second: embeddings of the other side (P, D).
        same: True where a pair shows one person (P,).
        folds: number of folds, at least 2.
        far: false accept rates at which to give the TAR.

    Raises:
        ValueError: for sizes that differ, NaN or infinity, pairs of one kind only, fewer pairs than
            folds, or a FAR outside 0..1.

    Example:
        >>> pairs = tfface.data.verification_pairs(faces.labels)
        >>> result = verification(embeddings[pairs.first], embeddings[pairs.second], pairs.same)
    """
    first, second = as_embeddings(first, "first"), as_embeddings(second, "second")
    if first.shape != second.shape:
        raise ValueError(f"first, second: expected the same shape, got {first.shape} and {second.shape}")
    distances = np.sum(np.square(unit(first) - unit(second)), axis=1)
    return verification_from_distances(distances, same, folds, far)


def verification_from_distances(
    distances: np.ndarray,
    same: Sequence[bool] | np.ndarray,
    folds: int = 10,
    far: Sequence[float] = (1e-2,),
    thresholds: np.ndarray = THRESHOLDS,
) -> VerificationResult:
    """Judge distances of pairs; see `verification` for the protocol.

    Args:
        distances: of the pairs (P,); small means alike.
        same: True where a pair shows one person (P,).
        folds: number of contiguous folds, at least 2.
        far: false accept rates at which to give the TAR.
        thresholds: candidates, rising; the default suits squared distances of unit vectors.

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
    for rate in far:
        if not 0 < rate <= 1:
            raise ValueError(f"far: expected rates above 0 and at most 1, got {rate!r}")
    accuracies, chosen = _fold_accuracies(distances, same, folds, np.asarray(thresholds, np.float64))
    curve = Roc.of(distances, same)
    return VerificationResult(
        accuracy=float(accuracies.mean()),
        accuracy_std=float(accuracies.std()),
        thresholds=tuple(chosen.tolist()),
        auc=curve.auc,
        eer=curve.eer,
        tar_at_far={float(rate): curve.tar_at(rate) for rate in far},
        genuine=int(same.sum()),
        impostors=int((~same).sum()),
        curve=curve,
    )


def check_pairs(same: Sequence[bool] | np.ndarray, count: int, folds: int) -> np.ndarray:
    """`same` as a bool array (count,), refused if a k-fold protocol cannot be run on it.

    Raises:
        ValueError: if it has another size, one kind of pair only, or fewer pairs than folds.
    """
    same = np.asarray(same)
    if same.shape != (count,):
        raise ValueError(f"same: expected one for each of {count} pairs, got shape {same.shape}")
    if same.dtype != bool and not np.isin(same, (0, 1)).all():
        raise ValueError(f"same: expected True or False (1 or 0), got {same.dtype} with other values")
    same = same.astype(bool)
    if folds < 2 or count < folds:
        raise ValueError(f"folds: expected 2..{count} (the number of pairs), got {folds!r}")
    if same.all() or not same.any():
        raise ValueError(f"same: expected genuine and impostor pairs, got only {bool(same[0])}")
    return same


def _fold_accuracies(distances, same, folds, thresholds):
    """Accuracy and threshold of each fold, both (folds,)."""
    parts = np.array_split(np.arange(len(same)), folds)  # sizes as scikit-learn's KFold
    correct = np.stack([_correct(distances[part], same[part], thresholds) for part in parts])
    best = np.argmax(correct.sum(axis=0) - correct, axis=1)
    sizes = np.array([len(part) for part in parts])
    return correct[np.arange(folds), best] / sizes, thresholds[best]


def _correct(distances, same, thresholds):
    """How many pairs each threshold gets right: genuine below it, impostors not."""
    accepted_genuine = np.searchsorted(np.sort(distances[same]), thresholds, side="left")
    accepted_impostors = np.searchsorted(np.sort(distances[~same]), thresholds, side="left")
    return accepted_genuine + np.sum(~same) - accepted_impostors
