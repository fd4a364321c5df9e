"""Results by group, and the gap between groups: face recognition does not err equally."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .interval import Interval, of_share
from .result import Result
from .roc import Roc, accepted_at, check_rates
from .vectors import as_labels
from .verification import VerificationResult


@dataclass(frozen=True, eq=False, repr=False)
class GroupResult(Result):
    """Figures of each group of an attribute.

    Attributes:
        groups: {group: {figure: value}}.
        counts: {group: {figure: how many cases it was measured on}}.
    """

    groups: dict[str, dict[str, float]]
    counts: dict[str, dict[str, int]]

    def gap(self, figure: str) -> float:
        """The highest value of a figure in any group minus the lowest.

        Raises:
            ValueError: no group has such a figure.
        """
        found = [values[figure] for values in self.groups.values() if figure in values]
        if not found:
            known = sorted({name for values in self.groups.values() for name in values})
            raise ValueError(f"figure: expected one of {', '.join(known)}, got {figure!r}")
        return max(found) - min(found)

    def figures(self) -> dict[str, float]:
        """The gap in each figure, and the figures of each group, `<group>/<figure>`."""
        names = list(dict.fromkeys(name for values in self.groups.values() for name in values))
        gaps = {f"gap in {name}": self.gap(name) for name in names}
        return {**gaps, **{f"{group}/{name}": value for group, of in self.groups.items() for name, value in of.items()}}

    def __repr__(self) -> str:
        gaps = ", ".join(f"{name} {value:.2%}" for name, value in self.figures().items() if name.startswith("gap in "))
        return f"GroupResult({gaps}; {self._counts()})"

    def _counts(self):
        return f"{len(self.groups)} groups: {', '.join(self.groups)}"

    def intervals(self) -> dict[str, Interval]:
        """Wilson's 95 % intervals of each group's shares, `<group>/<figure>`, as if cases were independent."""
        return {
            f"{group}/{name}": of_share(values[name], self.counts[group][name])
            for group, values in self.groups.items()
            for name in self.counts[group]
        }

    def to_dict(self) -> dict:
        """All figures, their gaps and intervals, ready for JSON."""
        gaps = {name: value for name, value in self.figures().items() if name.startswith("gap in ")}
        return {**super().to_dict(), "gap": gaps}

    def plot(self):
        """Every figure of every group with its interval, a matplotlib figure."""
        from .plots import groups_figure

        return groups_figure(self)


def verification_by_group(
    result: VerificationResult, groups: Sequence[str] | np.ndarray, far: float = 1e-2
) -> GroupResult:
    """Accuracy, and FMR and FNMR at one threshold for all: the lowest that accepts at most `far` of all impostors.

    One threshold is what a system has that does not know the group of who stands before it, so a group may bear more
    than its share of errors. `tar@far` is with a threshold of the group's own.

    Args:
        result: of `verification`.
        groups: the group of each pair (P,), or of both of its people (P, 2), where pairs of two groups are left out.
        far: the rate over all pairs.

    Raises:
        ValueError: sizes differ, no pair is within a group, or the rate is outside (0, 1].

    Example:
        >>> pairs = tfface.data.verification_pairs(labels)
        >>> result = tfface.evaluation.verification(embeddings[pairs.first], embeddings[pairs.second], pairs.same)
        >>> age = np.where(labels < 4, "young", "old")
        >>> sorted(verification_by_group(result, age[np.stack(pairs[:2], axis=1)], 0.1).groups)
        ['old', 'young']
    """
    (rate,) = check_rates([far])
    pairs, groups = result.pairs, np.asarray(groups)
    if groups.ndim == 2 and groups.shape[1] == 2:
        of_pair, within = groups[:, 0], groups[:, 0] == groups[:, 1]
    else:
        of_pair, within = groups, np.ones(len(groups), bool)
    as_labels(of_pair, len(pairs.same), "groups")
    if not within.any():
        raise ValueError("groups: expected pairs within a group, got none")
    ranked = np.sort(pairs.distances[~pairs.same])
    allowed = accepted_at(rate, len(ranked))
    threshold = ranked[allowed] if allowed < len(ranked) else np.inf  # accepted below it
    found, counts = {}, {}
    for group in np.unique(of_pair[within]):
        chosen = within & (of_pair == group)
        distances, same = pairs.distances[chosen], pairs.same[chosen]
        values = {"accuracy": (float(pairs.correct[chosen].mean()), len(same))}
        if same.any():
            values["fnmr"] = (float((distances[same] >= threshold).mean()), int(same.sum()))
        if not same.all():
            values["fmr"] = (float((distances[~same] < threshold).mean()), int((~same).sum()))
        if same.any() and not same.all():
            values[f"tar@far={rate:g}"] = (Roc.of(distances, same).tar_at(rate), int(same.sum()))
        found[str(group)] = {name: value for name, (value, _) in values.items()}
        counts[str(group)] = {name: count for name, (_, count) in values.items()}
    return GroupResult(found, counts)


def by_group(judge: Callable[[np.ndarray], Result], groups: Sequence[str] | np.ndarray) -> GroupResult:
    """Any protocol on each group alone.

    Args:
        judge: gives the result of some images, by their indices.
        groups: the group of each image (N,).

    Example:
        >>> group = np.where(labels < 4, "a", "b")
        >>> found = by_group(lambda rows: tfface.evaluation.retrieval(embeddings[rows], labels[rows]), group)
        >>> sorted(found.groups["a"])
        ['map@r', 'p@1', 'r-precision', 'recall@1', 'recall@2', 'recall@4', 'recall@8']
    """
    groups = np.asarray(groups)
    found = {str(group): judge(np.flatnonzero(groups == group)) for group in np.unique(groups)}
    return GroupResult({group: result.figures() for group, result in found.items()}, {group: {} for group in found})
