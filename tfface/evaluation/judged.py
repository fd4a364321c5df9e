"""The pairs behind a verification result, and its figures when people are drawn again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

_AT_ONCE = 4_000_000  # weights in memory


@dataclass(frozen=True, eq=False)
class Judged:
    """Pairs as a protocol judged them.

    Attributes:
        distances: of the pairs (P,).
        same: True where a pair shows one person (P,).
        correct: True where the threshold of the pair's fold was right (P,).
        people: who is on either side (P, 2), as integers; None if that is not known.
    """

    distances: np.ndarray
    same: np.ndarray
    correct: np.ndarray
    people: np.ndarray | None = None

    def redrawn(self, far: Sequence[float], draws: int, seed: int) -> dict[str, np.ndarray]:
        """`accuracy`, `auc`, `eer` and `tar_at_far/<rate>` of each draw (draws,).

        A draw takes as many people as there are, with replacement. A genuine pair counts as often as its person was
        drawn, an impostor pair as often as its two people together: the product. Where people are not known, pairs are
        drawn as if each had people of its own.
        """
        ranked = self._ranked()
        found = [ranked._figures(weights, far) for weights in ranked._weights(draws, seed)]
        return {name: np.concatenate([one[name] for one in found]) for name in found[0]}

    def _ranked(self) -> Judged:
        """The same pairs by rising distance; where people are not known, each pair is people of its own (P, 1)."""
        order = np.argsort(self.distances, kind="stable")
        people = order[:, None] if self.people is None else self.people[order]
        return Judged(self.distances[order], self.same[order], self.correct[order], people)

    def _weights(self, draws: int, seed: int) -> Iterator[np.ndarray]:
        random = np.random.default_rng(seed)
        count = self.people.max() + 1
        at_once = max(1, _AT_ONCE // max(len(self.same), count))
        for start in range(0, draws, at_once):
            drawn = random.integers(count, size=(min(at_once, draws - start), count))
            times = np.stack([np.bincount(one, minlength=count) for one in drawn]).astype(np.int32)
            first, last = times[:, self.people[:, 0]], times[:, self.people[:, -1]]
            yield first if self.people.shape[1] == 1 else np.where(self.same, first, first * last)

    def _figures(self, weights, far):
        ends = np.flatnonzero(np.append(self.distances[1:] != self.distances[:-1], True))
        genuine, impostors = (self._rate(weights * chosen, ends) for chosen in (self.same, ~self.same))
        auc = np.sum(np.diff(impostors) * (genuine[:, 1:] + genuine[:, :-1]), axis=1) / 2
        with np.errstate(invalid="ignore"):
            accuracy = (weights * self.correct).sum(axis=1) / weights.sum(axis=1)
        found = {"accuracy": accuracy, "auc": auc, "eer": _equal_errors(impostors, genuine)}
        for rate in far:
            last = np.maximum((impostors <= rate + 1e-12).sum(axis=1) - 1, 0)
            found[f"tar_at_far/{rate:g}"] = np.take_along_axis(genuine, last[:, None], axis=1)[:, 0]
        return found

    @staticmethod
    def _rate(weights, ends):
        """Share of the weight (B, K + 1) accepted at each threshold; NaN where there is none at all."""
        total = np.cumsum(weights, axis=1, dtype=np.float64)
        total = total if len(ends) == total.shape[1] else total[:, ends]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.concatenate([np.zeros((len(total), 1)), total], axis=1) / total[:, -1:]


def _equal_errors(far, tar):
    gap = far + tar - 1  # never falls, from −1 to 1
    after = np.maximum(np.argmax(gap >= 0, axis=1), 1)[:, None]
    low, high = (np.take_along_axis(gap, at, axis=1) for at in (after - 1, after))
    before, then = (np.take_along_axis(far, at, axis=1) for at in (after - 1, after))
    return (before - low / (high - low) * (then - before))[:, 0]


def as_people(people: Sequence, same: np.ndarray) -> np.ndarray:
    """Who is on either side of each pair, as integers (P, 2).

    Raises:
        ValueError: for another shape, or a pair that is one person by `same` and two by name, or the other way.
    """
    people = np.asarray(people)
    if people.shape != (len(same), 2):
        raise ValueError(f"people: expected shape ({len(same)}, 2), got {people.shape}")
    odd = np.flatnonzero((people[:, 0] == people[:, 1]) != same)
    if odd.size:
        raise ValueError(
            f"people: {len(odd)} pairs are not what `same` says, first pair {odd[0]}: "
            f"{people[odd[0], 0]} and {people[odd[0], 1]}, same {bool(same[odd[0]])}"
        )
    return np.unique(people, return_inverse=True)[1].reshape(-1, 2)
