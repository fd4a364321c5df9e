"""IJB's protocols: verification of templates (1:1) and their identification in two galleries (1:N)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .curves import curves_of
from .interval import Interval, of_share
from .open_set import OpenSetResult, open_set
from .result import Result
from .roc import Roc, check_rates
from .template_pooling import Templates

_AT_ONCE = 65_536  # pairs compared at a time


@dataclass(frozen=True, eq=False, repr=False)
class TemplateResult(Result):
    """What was found on pairs of templates.

    Attributes:
        tar_at_far: {FAR: highest TAR of any threshold whose measured FAR is at most that}.
        auc: area under the ROC.
        eer: equal error rate.
        genuine: number of genuine pairs.
        impostors: number of impostor pairs.
        templates: number of templates in pairs.
        curve: the ROC of all pairs.
    """

    tar_at_far: dict[float, float]
    auc: float
    eer: float
    genuine: int
    impostors: int
    templates: int
    curve: Roc = field(repr=False)

    def figures(self) -> dict[str, float]:
        """TAR at each FAR, AUC and EER."""
        return {
            **{f"tar@far={far:g}": tar for far, tar in self.tar_at_far.items()},
            "auc": self.auc,
            "eer": self.eer,
        }

    def _counts(self):
        return f"{self.genuine:,} genuine, {self.impostors:,} impostor pairs of {self.templates:,} templates"

    def intervals(self) -> dict[str, Interval]:
        """Wilson's 95 % intervals of TAR at each FAR, as if pairs were independent."""
        return {f"tar@far={far:g}": of_share(tar, self.genuine) for far, tar in self.tar_at_far.items()}

    def curves(self) -> dict:
        """ROC (at most 500 points) and histograms of the cosines, as `VerificationResult.curves`."""
        return curves_of(self.curve, self.genuine, self.impostors)

    def plot(self):
        """ROC, DET and score histograms, a matplotlib figure."""
        from .plots import verification_figure

        return verification_figure(self.curves())


def template_verification(
    templates: Templates,
    first: Sequence[int] | np.ndarray,
    second: Sequence[int] | np.ndarray,
    same: Sequence[bool] | np.ndarray,
    far: Sequence[float] = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1),
) -> TemplateResult:
    """IJB's 1:1 protocol: the ROC of pairs of templates by cosine.

    Args:
        templates: from `pool_templates`.
        first: ids of the templates on one side (P,).
        second: ids of those on the other.
        same: True where both show one person (P,).
        far: false accept rates.

    Raises:
        ValueError: for sizes that differ, pairs of one kind only, a template without images, or a rate outside (0, 1].

    Example:
        >>> templates = tfface.evaluation.pool_templates(embeddings, labels)
        >>> template_verification(templates, [0, 1, 2], [0, 2, 3], [True, False, False], far=[0.5]).impostors
        2
    """
    rates = check_rates(far)
    rows = [templates.rows(side) for side in (first, second)]
    same = np.asarray(same).astype(bool)
    if not len(rows[0]) == len(rows[1]) == len(same):
        raise ValueError(f"same: expected one for each pair, got {len(rows[0])}, {len(rows[1])} and {len(same)}")
    if same.all() or not same.any():
        raise ValueError(f"same: expected genuine and impostor pairs, got {same.sum()} and {(~same).sum()}")
    distances = np.empty(len(same))
    for start in range(0, len(same), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        one, other = (templates.embeddings[side[part]] for side in rows)
        distances[part] = 2 - 2 * np.einsum("ij,ij->i", one, other)
    curve = Roc.of(np.round(distances, 12), same)
    tar = {rate: curve.tar_at(rate) for rate in rates}
    counts = int(same.sum()), int((~same).sum()), len(np.unique(np.concatenate(rows)))
    return TemplateResult(tar, curve.auc, curve.eer, *counts, curve)


@dataclass(frozen=True, eq=False, repr=False)
class TemplateSearchResult(Result):
    """What was found in IJB's galleries.

    Attributes:
        rank: {k: share of the probes with a mate that are found within rank k, over all galleries}.
        dir_at_far: {FAR: share found at rank 1 above the threshold for that rate, mean over the galleries}.
        galleries: the result of each gallery.
    """

    rank: dict[int, float]
    dir_at_far: dict[float, float]
    galleries: tuple[OpenSetResult, ...] = field(repr=False)

    def figures(self) -> dict[str, float]:
        """Rank-k and DIR at each FAR."""
        ranks = {f"rank-{k}": share for k, share in self.rank.items()}
        return {**ranks, **{f"dir@far={far:g}": share for far, share in self.dir_at_far.items()}}

    def _counts(self):
        sizes = ", ".join(f"{one.mated:,} mated probes among {one.identities:,}" for one in self.galleries)
        return f"{len(self.galleries)} galleries: {sizes}"

    def intervals(self) -> dict[str, Interval]:
        """Wilson's 95 % intervals, as if probes were independent."""
        mated = sum(one.mated for one in self.galleries)
        return {name: of_share(share, mated) for name, share in self.figures().items()}

    def plot(self):
        """DIR against FAR and the CMC curve of the first gallery, a matplotlib figure."""
        return self.galleries[0].plot()


def template_search(
    probes: Templates,
    probe_people: Sequence[int] | np.ndarray,
    galleries: Sequence[tuple[Templates, np.ndarray]],
    far: Sequence[float] = (1e-2, 1e-1),
) -> TemplateSearchResult:
    """IJB's 1:N protocol: probes are searched in each gallery, where who is in another one is a stranger.

    Args:
        probes: templates to search.
        probe_people: who each of `probes.ids` shows (P,).
        galleries: templates of each gallery, and who each of them shows.
        far: rates of strangers taken for somebody (FPIR).

    Raises:
        ValueError: as `open_set` does.

    Example:
        >>> pool = tfface.evaluation.pool_templates
        >>> one, other = pool(np.eye(3)[:1], [1]), pool(np.eye(3)[1:2], [2])
        >>> probes = pool(np.eye(3) + 0.1, [10, 11, 12])
        >>> template_search(probes, ["a", "b", "c"], [(one, ["a"]), (other, ["b"])]).rank[1]
        1.0
    """
    found = tuple(open_set(g.embeddings, people, probes.embeddings, probe_people, far) for g, people in galleries)
    mated = sum(one.mated for one in found)
    rank = {k: float(sum((one.ranks <= k).sum() for one in found) / mated) for k in (1, 5, 10)}
    dir_at_far = {rate: float(np.mean([one.dir_at_far[rate] for one in found])) for rate in found[0].dir_at_far}
    return TemplateSearchResult(rank, dir_at_far, found)
