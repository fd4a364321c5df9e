"""Where the doubt about the best comes from, and what would make it less."""

from __future__ import annotations

import math

import numpy as np

from ..statistics.redraw import Redrawn
from ..statistics.summary import Row
from ..words import listed, percent, plural, points

_Z = 1.959964  # of the normal distribution, 95 % between −z and z
_SENSIBLE = 20  # times as much of anything; beyond that nobody would measure


def doubt(redrawn: Redrawn, best: Row, second: Row, up: int, apart: bool) -> list[str]:
    """How much of the doubt comes from the test people and how much from seeds and folds, and how many would do.

    The variance of the lead is measured with only the people drawn again, and with only the seeds and folds. Each falls
    as 1 / n: the lead is told from 0 when `1.96 √(v_people / f + v_seeds / f)` is less than the lead itself.

    Args:
        redrawn: the draws.
        best: the first row.
        second: the one after it.
        up: 1 where more is better, −1 where less is.
        apart: whether the best is told apart from all others.
    """
    if not {best.setting, second.setting} <= set(redrawn.settings):
        return []
    lead = up * float(np.nanmean(redrawn.difference(best.setting, second.setting)))
    people = _variance(redrawn.people_only(), best, second)
    repetitions = _variance(redrawn.repetitions_only(), best, second)
    total = people + repetitions
    if not total:
        return []
    seeds, folds = (len({replicate[part] for replicate in redrawn.replicates}) for part in (0, 1))
    what = listed([plural(count, name) for count, name in ((seeds, "seed"), (folds, "fold")) if count > 1])
    who = f"who is tested ({plural(redrawn.people, 'person', 'people')})"
    share, over = people / total, f"lead over {second.name}"
    source = f"{percent(share, 0)} of the doubt about the {over} comes from {who}, the rest from the {what}."
    said = [source] if what else []
    if apart:
        return [*said, f"The {over}, {points(lead)}, is more than the choice of {redrawn.drawn} explains."]
    if len(redrawn.replicates) == 1:
        return ["What would make it surer: more seeds first; nothing is known yet of how much they change."]
    times = total * (_Z / lead) ** 2 if lead > 0 else math.inf
    if times > _SENSIBLE:
        return [*said, f"The {over} ({points(max(lead, 0))}) is too small to settle: take them as equal."]
    more = "more test people" if share > 0.5 else "more seeds"
    return [
        *said,
        f"What would make it surer: {more}. If the {over} stays {points(lead)}, about "
        f"{max(2, math.ceil(times))} times as many people and seeds would settle it.",
    ]


def _variance(redrawn: Redrawn, best: Row, second: Row) -> float:
    return float(np.nanvar(redrawn.difference(best.setting, second.setting)))
