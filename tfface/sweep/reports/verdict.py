"""What we would use and why, and how sure: the numbers of a sweep in plain words."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..gathered import Gathered, better
from ..statistics.holm import holm
from ..statistics.redraw import interval, two_sided
from ..statistics.summary import Row, Summary
from ..words import listed, percent, plural, points, rate, span, value_of
from .cautions import FEW_PEOPLE, cautions_of, unfinished
from .doubt import doubt

_ALPHA = 0.05
_AS_CHEAP = 1.05  # costs within 5 % are the same


@dataclass(frozen=True)
class Verdict:
    """What a sweep says, as sentences.

    Attributes:
        headline: what we would use.
        why: what speaks for it.
        sure: how sure that is, and what would make it surer.
        cautions: what to keep in mind.
        choice: the row of what we would use, None where nothing has finished.
        tied: rows that are not told apart from the best, the best first.
    """

    headline: str
    why: list[str] = field(default_factory=list)
    sure: list[str] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)
    choice: Row | None = None
    tied: list[Row] = field(default_factory=list)


def judge(gathered: Gathered, summary: Summary) -> Verdict:
    """Puts the numbers into words; says no more than they do.

    The best is the setting with the best mean. Those whose paired difference to it has a p of 5 % or more, by Holm for
    as many as are compared, are not told apart from it. Of these, those that lost no cell are preferred, then the
    cheapest in processor time, then (within 5 % of that) the best mean.

    Args:
        gathered: the sweep.
        summary: of the settings to choose from.
    """
    finished = [row for row in summary.rows if row.mean is not None]
    if not finished:
        return Verdict("Nothing can be said yet: no cell has finished.", cautions=unfinished(gathered))
    best = finished[0]
    cautions = cautions_of(gathered, summary, best)
    if len(finished) < 2 or summary.redrawn is None or best.setting not in summary.redrawn.settings:
        said = "it is the only one that finished" if len(finished) < 2 else "its scores are missing"
        why = [f"{best.name} has {value_of(gathered.metric, best)}; {said}."]
        return Verdict("There is nothing to choose from yet.", why, [], cautions, best, [best])
    tied = [best, *_not_told_apart(summary, best, finished[1:])]
    choice = _cheapest(tied)
    return Verdict(
        _so_far(gathered) + _headline(choice, tied, finished, summary.redrawn),
        _why(gathered, summary, best, choice, tied),
        _sure(summary, best) + doubt(summary.redrawn, best, finished[1], better(gathered.metric), len(tied) == 1),
        cautions,
        choice,
        tied,
    )


def _not_told_apart(summary, best, others):
    """Rows whose difference to the best may be chance."""
    there = [row for row in others if row.setting in summary.redrawn.settings]
    apart = {row.setting: summary.redrawn.difference(best.setting, row.setting) for row in there}
    p_values = holm({setting: two_sided(draws) for setting, draws in apart.items()})
    return [row for row in there if p_values[row.setting] >= _ALPHA]


def _cheapest(tied):
    whole = [row for row in tied if not row.lost] or tied
    costs = [row.processor_seconds for row in whole]
    if None in costs:
        return whole[0]
    return next(row for row in whole if row.processor_seconds <= _AS_CHEAP * min(costs))


def _so_far(gathered):
    done, every = len(gathered.outcomes), len(gathered.cells)
    return f"So far, {done} of {every} cells: " if done < every else ""


def _headline(choice, tied, finished, redrawn):
    if len(tied) == len(finished):
        return f"This sweep cannot tell its settings apart; {choice.name} is as good a choice as any, by its cost."
    if len(redrawn.replicates) == 1:
        return f"We would try {choice.name} first; one seed decides nothing."
    if redrawn.people < FEW_PEOPLE:
        return f"We would try {choice.name} first; {redrawn.people} test people decide little."
    if len(tied) > 1:
        return f"We would use {choice.name}, one of {len(tied)} settings that cannot be told apart at the top."
    return f"We would use {choice.name}."


def _why(gathered, summary, best, choice, tied):
    about = summary.redrawn
    trained = "" if summary.identities is None else f", trained on {summary.identities} people"
    why = [
        f"{best.name} has the best mean: {value_of(gathered.metric, best)}, "
        f"over {plural(best.finished, 'cell')}{trained}; measured on {plural(about.people, 'person', 'people')} "
        f"never trained on, in {about.pairs:,} pairs."
    ]
    if len(tied) > 1:
        why.append(f"Not told apart from it at 95 %: {listed([row.name for row in tied[1:]])}.")
    if choice is not best:
        why.append(_instead_of(best, choice, interval(about.difference(best.setting, choice.setting))))
    return why + _over_baseline(gathered, choice)


def _instead_of(best, choice, apart):
    """Why another than the best is chosen."""
    said = f"{choice.name} differs from it by {points(abs(best.mean - choice.mean))}"
    said += f" (interval of the difference {span(*apart)})" if apart else ""
    if choice.processor_seconds and best.processor_seconds:
        said += f"; it takes {percent(choice.processor_seconds / best.processor_seconds, 0)} of its processor time"
    if best.lost and not choice.lost:
        said += f"; {best.name} lost {plural(best.lost, 'cell')}"
    return said + "."


def _over_baseline(gathered, choice):
    if choice.setting.label == gathered.baseline:
        return ["It is the baseline: nothing here has shown that it is better."]
    if choice.gain_interval is None:
        return []
    said = "" if choice.p_value < _ALPHA else ", which may be chance"
    way = "better" if better(gathered.metric) * choice.gain >= 0 else "worse"
    return [
        f"It is {points(abs(choice.gain))} {way} than the baseline {gathered.baseline}{said} "
        f"(interval {span(*choice.gain_interval)}; p {rate(choice.p_value)} for as many comparisons as there are)."
    ]


def _sure(summary, best):
    about, share = summary.redrawn, percent(best.best_share, 0)
    said = f"{best.name} was the best in {share} of {about.weights.shape[1]:,} draws of {about.drawn}"
    others = [row for row in summary.rows if row is not best and row.best_share]
    others.sort(key=lambda row: -row.best_share)
    if others:
        said += "; next came " + listed([f"{row.name} ({percent(row.best_share, 0)})" for row in others[:2]])
    return [said + "."]
