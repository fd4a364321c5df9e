"""Verification over all pairs of a set: exact TAR@FAR, ROC and AUC of hundreds of millions of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .cosine_counts import CosineCounts
from .curves import curves_of
from .greatest import Greatest
from .identity_pairs import Sorted
from .interval import Interval, of_auc, of_share
from .result import Result
from .roc import Roc, accepted_at, check_rates


@dataclass(frozen=True, eq=False, repr=False)
class AllPairsResult(Result):
    """What was found over all pairs.

    Attributes:
        tar_at_far: {FAR: highest TAR of any threshold whose measured FAR is at most that}.
        thresholds: {FAR: the cosine above which pairs are accepted for it}.
        genuine: number of genuine pairs.
        impostors: number of impostor pairs.
        auc: area under the ROC, None without the curve.
        eer: equal error rate, None without the curve.
        curve: the whole ROC, None if it was not asked for.
    """

    tar_at_far: dict[float, float]
    thresholds: dict[float, float]
    genuine: int
    impostors: int
    auc: float | None = None
    eer: float | None = None
    curve: Roc | None = field(default=None, repr=False)

    def figures(self) -> dict[str, float]:
        """TAR at each FAR, and AUC and EER where the curve was asked for."""
        curve = {} if self.curve is None else {"auc": self.auc, "eer": self.eer}
        return {**{f"tar@far={far:g}": tar for far, tar in self.tar_at_far.items()}, **curve}

    def _counts(self):
        return f"{self.genuine:,} genuine, {self.impostors:,} impostor pairs"

    def intervals(self) -> dict[str, Interval]:
        """95 % intervals as if pairs were independent; as pairs share images, the true ones are wider."""
        found = {f"tar@far={far:g}": of_share(tar, self.genuine) for far, tar in self.tar_at_far.items()}
        return found if self.curve is None else {**found, "auc": of_auc(self.auc, self.genuine, self.impostors)}

    def curves(self) -> dict:
        """ROC (at most 500 points) and histograms of the cosines as plain data, as `VerificationResult.curves`.

        Raises:
            ValueError: the curve was not asked for.
        """
        if self.curve is None:
            raise ValueError("curves: expected a result of all_pairs(…, curve=True)")
        return curves_of(self.curve, self.genuine, self.impostors)

    def plot(self):
        """ROC and score histograms, a matplotlib figure."""
        from .plots import verification_figure

        return verification_figure(self.curves())


def all_pairs(
    embeddings: np.ndarray,
    labels: Sequence[int] | np.ndarray,
    far: Sequence[float] = (1e-3, 1e-4, 1e-5, 1e-6),
    curve: bool = False,
) -> AllPairsResult:
    """Verification by the cosines of all N (N − 1) / 2 pairs, exact to the pair, in little memory.

    Scores are computed in float32, tile by tile; of the impostors only the greatest are kept. Where float32 cannot tell
    on which side of a threshold a pair lies, its cosine is computed again in float64, so the figures depend neither on
    the size of tiles nor on the machine. Pairs of equal score are accepted together: TAR@FAR is the highest TAR of any
    threshold whose measured FAR is at most the rate, nothing interpolated. The curve counts cosines to a millionth.

    Args:
        embeddings: (N, D), of a file too (`numpy.memmap`); L2-normalised here.
        labels: identities (N,).
        far: false accept rates.
        curve: whether to give the whole ROC with AUC and EER as well, of the float32 cosines.

    Raises:
        ValueError: for sizes that differ, NaN or infinity, pairs of one kind only, or a FAR outside (0, 1].

    Example:
        >>> result = all_pairs(embeddings, labels, far=[1e-2], curve=True)
        >>> result.genuine, result.impostors
        (80, 700)
    """
    rates = check_rates(far)
    pairs = Sorted(embeddings, labels)
    genuine, impostors = pairs.genuine_scores(), pairs.impostors
    allowed = {rate: accepted_at(rate, impostors) for rate in rates}
    # a rate that lets every impostor in has no threshold
    greatest = Greatest(max([0, *(count + 1 for count in allowed.values() if count < impostors)]), pairs.margin)
    counts = CosineCounts() if curve else None
    for top, left, tile in pairs.impostor_tiles():
        greatest.add(tile, lambda found, top=top, left=left, wide=tile.shape[1]: pairs.places(found, top, left, wide))
        if curve:
            counts.add(tile)
    thresholds = {
        rate: greatest.last(count + 1, pairs.exact) if count < impostors else -np.inf for rate, count in allowed.items()
    }
    tar = {rate: pairs.genuine_above(genuine, threshold) / len(genuine) for rate, threshold in thresholds.items()}
    roc = counts.roc(genuine) if curve else None
    areas = (roc.auc, roc.eer, roc) if curve else ()
    return AllPairsResult(tar, thresholds, len(genuine), impostors, *areas)
