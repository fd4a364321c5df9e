"""The cosine above which two faces count as one person's, chosen for a wanted rate of false matches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...evaluation.vectors import as_embeddings, as_labels, unit

_ROWS = 1024  # faces compared with all others at a time
_TRUSTED = 30  # false matches that a rate should rest on: it is then known to a third (Doddington's rule of 30)


class Threshold(NamedTuple):
    """Where a match begins, and what it rests on.

    Attributes:
        cosine: two faces match above it.
        false_match_rate: the rate that was wanted.
        impostors: pairs of different people it was measured on.
        false_matches: how many of these match.
        false_non_match_rate: share of the pairs of one person that do not match; None without such pairs.
    """

    cosine: float
    false_match_rate: float
    impostors: int
    false_matches: int
    false_non_match_rate: float | None

    @property
    def trusted(self) -> bool:
        """Whether so many false matches are expected among these pairs that the rate is known to about a third."""
        return self.impostors * self.false_match_rate >= _TRUSTED

    def describe(self) -> str:
        """One line: the cosine, what was measured, and what to think of it."""
        missed = "" if self.false_non_match_rate is None else f", {self.false_non_match_rate:.2%} of own pairs missed"
        doubt = "" if self.trusted else f"; too few pairs to be sure of {self.false_match_rate:g}"
        measured = f"{self.false_matches} false matches in {self.impostors} pairs of two people"
        return f"cosine {self.cosine:.4f}: {measured}{missed}{doubt}"


def threshold_for(embeddings: np.ndarray, labels: Sequence | np.ndarray, false_match_rate: float = 1e-3) -> Threshold:
    """The lowest threshold that at most the wanted share of all pairs of different people exceed.

    Equal cosines match together or not at all, so the measured rate never exceeds the wanted one.

    Args:
        embeddings: of people who are not in the gallery, (N, D); L2-normalised here.
        labels: who they are (N,).
        false_match_rate: above 0 and below 1.

    Raises:
        ValueError: for shapes that do not fit, NaN or infinity, a rate out of range, one person only, or so few
            pairs that the rate cannot be told from 0.

    Example:
        >>> random = np.random.default_rng(0)
        >>> found = threshold_for(random.normal(size=(100, 8)), np.arange(100), false_match_rate=0.01)
        >>> found.false_matches, found.impostors
        (49, 4950)
    """
    if not 0 < false_match_rate < 1:
        raise ValueError(f"false_match_rate: expected above 0 and below 1, got {false_match_rate!r}")
    faces = unit(as_embeddings(embeddings, "embeddings")).astype(np.float32)
    people = np.unique(as_labels(labels, len(faces)), return_inverse=True)[1]
    genuine = sum(count * (count - 1) // 2 for count in np.bincount(people).tolist())
    impostors = len(people) * (len(people) - 1) // 2 - genuine
    allowed = math.floor(impostors * false_match_rate)
    if allowed < 1:
        raise ValueError(
            f"false_match_rate: {impostors} pairs of different people cannot show a rate of {false_match_rate:g}; "
            f"at least {math.ceil(1 / false_match_rate)} are needed"
        )
    same, highest = [], np.empty(0, np.float32)
    for start in range(0, len(faces), _ROWS):
        cosines = faces[start : start + _ROWS] @ faces[start:].T
        later = np.triu(np.ones(cosines.shape, bool), 1)
        alike = people[start : start + _ROWS, None] == people[start:]
        same.append(cosines[later & alike])
        highest = np.concatenate([highest, cosines[later & ~alike]])
        if len(highest) > allowed + 1:  # the threshold is the first that may not match
            highest = np.partition(highest, -allowed - 1)[-allowed - 1 :]
    same, highest = np.concatenate(same), np.sort(highest)
    cosine = highest[-allowed - 1] if len(highest) > allowed else np.float32(-1)
    missed = float(np.mean(same <= cosine)) if len(same) else None
    return Threshold(float(cosine), false_match_rate, impostors, int(np.sum(highest > cosine)), missed)
