"""The settings of a sweep one below the other, each with what its cells came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...evaluation.interval import Interval
from ..gathered import Gathered, Setting, better
from ..outcome import Outcome, finite
from .convergence import best_of, reached
from .holm import holm
from .redraw import Redrawn, interval, redraw, two_sided


@dataclass(frozen=True)
class Row:
    """What the cells of one setting came to; means are over those that finished, None where there is none.

    Attributes:
        setting: which.
        name: what to call it.
        planned: cells.
        ended: how many there are of each status.
        mean: of the compared figure.
        std: of the compared figure over seeds and folds, None for a single one.
        interval: 95 %, test people, seeds and folds drawn again.
        gain: over the baseline, paired; None for the baseline itself.
        gain_interval: 95 %.
        p_value: how often chance alone makes such a gain, two-sided; by Holm, as several settings are compared.
        best_share: share of the draws in which this setting was the best.
        figures: means of all figures of the evaluation.
        epochs: until 95 % of its own best accuracy.
        seconds_to: the same in seconds of training.
        epochs_common: until 95 % of the best accuracy of any setting; None unless every cell gets there.
        seconds: of wall clock a cell.
        processor_seconds: a cell.
        images_per_second: in training.
        peak_bytes: most memory of any cell.
        parameters: trained.
    """

    setting: Setting
    name: str
    planned: int
    ended: dict[str, int]
    mean: float | None
    std: float | None
    interval: Interval | None
    gain: float | None
    gain_interval: Interval | None
    p_value: float | None
    best_share: float | None
    figures: dict[str, float]
    epochs: float | None
    seconds_to: float | None
    epochs_common: float | None
    seconds: float | None
    processor_seconds: float | None
    images_per_second: float | None
    peak_bytes: float | None
    parameters: float | None

    @property
    def finished(self) -> int:
        """How many cells finished."""
        return self.ended.get("finished", 0)

    @property
    def lost(self) -> int:
        """How many cells failed, diverged or collapsed."""
        return sum(self.ended.values()) - self.finished


@dataclass(frozen=True, eq=False)
class Summary:
    """All settings that were trained on one number of people, the best first.

    Attributes:
        identities: how many people; None for all there are.
        rows: the best first; what has not finished comes last.
        redrawn: the draws behind the intervals, None where nothing has finished.
    """

    identities: int | None
    rows: list[Row]
    redrawn: Redrawn | None

    def row(self, setting: Setting | None) -> Row | None:
        """The row of a setting."""
        return next((row for row in self.rows if row.setting == setting), None)


def summarize(gathered: Gathered, identities: int | None) -> Summary:
    """What became of all settings that were trained on so many people.

    Args:
        gathered: the sweep.
        identities: one of its numbers of people; None for all there are.

    Raises:
        ValueError: cells of one fold have different pairs.
    """
    settings = gathered.settings(identities)
    redrawn = redraw(gathered, settings)
    means = None if redrawn is None else redrawn.means()
    shares = {} if redrawn is None else _shares(redrawn, means, better(gathered.metric))
    goals = [best_of(outcome.curve) for setting in settings for outcome in gathered.of(setting)]
    goal = max(filter(finite, goals), default=None)
    names = gathered.names(settings)
    rows = []
    for setting in settings:
        outcomes = gathered.of(setting)
        values = [value for value in map(gathered.value, outcomes) if value is not None]
        done = [outcome for outcome in outcomes if outcome.status == "finished"]
        drawn = redrawn is not None and setting in redrawn.settings
        own = [reached(outcome.curve) for outcome in done]
        common = [reached(outcome.curve, goal) for outcome in done] if goal is not None else []
        rows.append(
            Row(
                setting,
                names[setting],
                sum(Setting.of(cell) == setting for cell in gathered.cells),
                dict(Counter(outcome.status for outcome in outcomes)),
                _mean(values),
                float(np.std(values, ddof=1)) if len(values) > 1 else None,
                interval(means[redrawn.settings.index(setting)]) if drawn else None,
                *_gain(gathered, setting, redrawn),
                shares.get(setting),
                _figures(done),
                _mean(point.epoch for point in own if point),
                _mean(point.seconds for point in own if point),
                _mean(point.epoch for point in common) if common and all(common) else None,
                _cost(done, "seconds"),
                _cost(done, "processor_seconds"),
                _cost(done, "images_per_second"),
                _cost(done, "peak_bytes", max),
                _cost(done, "parameters"),
            )
        )
    adjusted = holm({row.setting: row.p_value for row in rows if row.p_value is not None})
    rows = [replace(row, p_value=adjusted.get(row.setting)) for row in rows]
    up = better(gathered.metric)
    rows.sort(key=lambda row: -np.inf if row.mean is None else up * row.mean, reverse=True)
    return Summary(identities, rows, redrawn)


def _gain(gathered, setting, redrawn):
    """Difference to the baseline over the seeds and folds that both have, its interval and p."""
    baseline = gathered.baseline_of(setting)
    if baseline in (None, setting):
        return None, None, None
    here, there = (
        {(one.cell.seed, one.cell.fold): gathered.value(one) for one in gathered.of(s)} for s in (setting, baseline)
    )
    apart = [here[key] - there[key] for key in here if here[key] is not None and there.get(key) is not None]
    if not apart or redrawn is None or not {setting, baseline} <= set(redrawn.settings):
        return _mean(apart), None, None
    draws = redrawn.difference(setting, baseline)
    return _mean(apart), interval(draws), two_sided(draws)


def _shares(redrawn: Redrawn, means: np.ndarray, up: int) -> dict[Setting, float]:
    """In which share of the draws each setting is the best; where several are, each has its part."""
    worst = np.where(np.isnan(means), -np.inf, up * means)
    first = worst == worst.max(axis=0)
    return dict(zip(redrawn.settings, (first / first.sum(axis=0)).mean(axis=1).tolist(), strict=True))


def _figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    names = dict.fromkeys(name for outcome in outcomes for name in outcome.metrics)
    found = {name: _mean(filter(finite, (outcome.metrics.get(name) for outcome in outcomes))) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _cost(outcomes: Sequence[Outcome], name: str, of: Callable | None = None) -> float | None:
    values = [value for outcome in outcomes if finite(value := getattr(outcome.cost, name))]
    return (of or _mean)(values) if values else None


def _mean(values: Iterable[float]) -> float | None:
    values = list(values)
    return float(np.mean(values)) if values else None
