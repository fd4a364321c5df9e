"""The paired bootstrap of a sweep: test people, seeds and folds drawn again, the same for every setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...evaluation import verification_from_distances
from ...evaluation.interval import Interval, of_draws
from ..gathered import Gathered, Setting
from ..outcome import read_scores
from ..words import listed

DRAWS, FEWER = 2000, 500  # accuracy is a product with the weights; other figures sort and sum each draw
_AT_ONCE = 8_000_000  # weights in memory


@dataclass(frozen=True, eq=False)
class Redrawn:
    """The compared figure of settings in every draw.

    Attributes:
        settings: S of them.
        replicates: (seed, fold) of each of R repetitions.
        people: different test people in all folds.
        pairs: of all folds.
        measured: the figure of each cell (S, R), NaN where there is none.
        values: the same on each draw of people (S, R, B).
        weights: how often each repetition was drawn (R, B).
    """

    settings: list[Setting]
    replicates: list[tuple[int, int]]
    people: int
    pairs: int
    measured: np.ndarray
    values: np.ndarray
    weights: np.ndarray

    @property
    def drawn(self) -> str:
        """What could be drawn again, in words."""
        kinds = [("seeds", {seed for seed, _ in self.replicates}), ("folds", {fold for _, fold in self.replicates})]
        return listed(["test people", *(name for name, found in kinds if len(found) > 1)])

    def means(self) -> np.ndarray:
        """Mean over the repetitions in each draw (S, B); NaN where none was drawn that is there."""
        return np.stack([self._mean(value, ~np.isnan(value[:, 0])) for value in self.values])

    def difference(self, first: Setting, second: Setting) -> np.ndarray:
        """First minus second in each draw (B,), over the repetitions that both have."""
        one, other = (self.values[self.settings.index(setting)] for setting in (first, second))
        both = ~np.isnan(one[:, 0]) & ~np.isnan(other[:, 0])
        return self._mean(one - other, both)

    def people_only(self) -> Redrawn:
        """As if seeds and folds could not have been others."""
        return replace(self, weights=np.ones_like(self.weights))

    def repetitions_only(self) -> Redrawn:
        """As if the test people could not have been others."""
        return replace(self, values=np.repeat(self.measured[:, :, None], self.weights.shape[1], axis=2))

    def _mean(self, value, there):
        weights = self.weights[there]
        with np.errstate(invalid="ignore"):
            return (value[there] * weights).sum(axis=0) / weights.sum(axis=0)


def redraw(gathered: Gathered, settings: Sequence[Setting], draws: int | None = None, seed: int = 0) -> Redrawn | None:
    """Draws test people, seeds and folds again, with replacement; all settings are judged on the same draws.

    Of the people of a fold as many are drawn as there are: a genuine pair counts as often as its person, an impostor
    pair as often as its two people together. Of n seeds n − 1 are drawn, and of n folds n − 1, which gives the mean of
    few of them the variance it has; n of n would make it too small by (n − 1) / n. A single one is kept as it is: then
    nothing is known of that kind of chance.

    Args:
        gathered: the sweep.
        settings: to compare; those without a cell that finished are left out.
        draws: how many; None for 2,000 of the accuracy and 500 of other figures.
        seed: of the drawing.

    Returns:
        None where nothing has finished.

    Raises:
        ValueError: cells of one fold have different pairs.

    Reference:
        Efron: Bootstrap Methods, 1979. Rao, Wu: Resampling Inference with Complex Survey Data, 1988, for n − 1 of n.
    """
    draws = draws or (DRAWS if gathered.metric == "accuracy" else FEWER)
    cells = {
        (setting, (outcome.cell.seed, outcome.cell.fold)): outcome.cell.id
        for setting in settings
        for outcome in gathered.of(setting)
        if gathered.value(outcome) is not None
    }
    scores = {key: read_scores(gathered.folder / "cells" / id) for key, id in cells.items()}
    scores = {key: found for key, found in scores.items() if found is not None}
    if not scores:
        return None
    settings = [setting for setting in settings if any(key[0] == setting for key in scores)]
    replicates = sorted({replicate for _, replicate in scores})
    values = np.full((len(settings), len(replicates), draws), np.nan)
    measured = np.full(values.shape[:2], np.nan)
    people = pairs = 0
    for fold in sorted({fold for _, fold in replicates}):
        here = {key: found for key, found in scores.items() if key[1][1] == fold}
        count, judged = _judged(here, cells)
        people, pairs = people + count, pairs + len(next(iter(judged.values())).pairs.same)
        drawn = _drawn(judged, gathered.metric, draws, seed + fold)
        for (setting, replicate), found in drawn.items():
            place = settings.index(setting), replicates.index(replicate)
            values[place] = found
            measured[place] = _measured(judged[setting, replicate], gathered.metric)
    weights = _weights(replicates, draws, np.random.default_rng(seed))
    return Redrawn(settings, replicates, people, pairs, measured, values, weights)


def two_sided(draws: np.ndarray) -> float:
    """How far 0 lies in the tail of the draws, `2 min(share ≤ 0, share ≥ 0)`; not below what so many draws can tell."""
    draws = draws[~np.isnan(draws)]
    if not len(draws):
        return 1.0
    return float(min(1.0, max(2 * min(np.mean(draws <= 0), np.mean(draws >= 0)), 1 / len(draws))))


def interval(draws: np.ndarray) -> Interval | None:
    """The middle 95 % of the draws; None where there are none."""
    return None if np.isnan(draws).all() else of_draws(draws)


def _judged(scores: Mapping, cells: Mapping):
    """How many people are in the pairs of a fold, and the pairs as each of its cells judged them."""
    (named, first), *_ = scores.items()
    people = np.stack([first.first_identity, first.second_identity], axis=1)
    for key, found in scores.items():
        others = np.stack([found.first_identity, found.second_identity], axis=1)
        if not np.array_equal(people, others) or not np.array_equal(first.same, found.same):
            raise ValueError(f"cells: expected the same pairs in a fold, {cells[key]} has others than {cells[named]}")
    folds = max(2, min(10, len(people) // 2))
    judged = {
        key: verification_from_distances(2 - 2 * found.similarity.astype(np.float64), found.same, folds, people=people)
        for key, found in scores.items()
    }
    return len(np.unique(people)), judged


def _measured(result, metric):
    return {"auc": result.auc, "eer": result.eer, "tar@0.01": result.tar_at_far[0.01]}.get(metric, result.accuracy)


def _drawn(judged, metric, draws, seed):
    """The figure of each cell of a fold on each draw of its people."""
    if metric != "accuracy":
        name = metric.replace("tar@", "tar_at_far/")
        return {key: result.pairs.redrawn((0.01,), draws, seed)[name] for key, result in judged.items()}
    one = next(iter(judged.values())).pairs
    correct = np.stack([result.pairs.correct for result in judged.values()], axis=1).astype(np.float32)
    found, random = [], np.random.default_rng(seed)
    count = int(one.people.max()) + 1
    at_once = max(1, _AT_ONCE // max(len(one.same), count))
    for start in range(0, draws, at_once):  # the weights are the same for all cells, and accuracy is a product
        times = random.multinomial(count, np.full(count, 1 / count), min(at_once, draws - start)).astype(np.float32)
        first, last = times[:, one.people[:, 0]], times[:, one.people[:, 1]]
        weights = np.where(one.same, first, first * last)
        with np.errstate(invalid="ignore"):
            found.append(weights @ correct / weights.sum(axis=1, keepdims=True))
    return dict(zip(judged, np.concatenate(found).T, strict=True))


def _weights(replicates, draws, random):
    """How often each (seed, fold) was drawn (R, B)."""
    found = np.ones((len(replicates), draws))
    for part in (0, 1):
        names = sorted({replicate[part] for replicate in replicates})
        if len(names) == 1:
            continue
        times = random.multinomial(len(names) - 1, np.full(len(names), 1 / len(names)), draws)
        found *= np.stack([times[:, names.index(replicate[part])] for replicate in replicates])
    return found
