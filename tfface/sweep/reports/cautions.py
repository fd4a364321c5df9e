"""What to keep in mind before a sweep is believed."""

from __future__ import annotations

from ..gathered import Gathered
from ..statistics.summary import Row, Summary
from ..words import listed, plural

FEW_PEOPLE = 20
_FEW_PAIRS, _FEW_SEEDS = 300, 5
_CHANCE = {"accuracy": 0.5, "auc": 0.5}


def unfinished(gathered: Gathered) -> list[str]:
    """What is missing.

    Args:
        gathered: the sweep.
    """
    missing = len(gathered.missing)
    cells = plural(len(gathered.cells), "cell")
    return [f"The sweep is not done: {missing} of {cells} are missing, and may change all of this."] if missing else []


def cautions_of(gathered: Gathered, summary: Summary, best: Row) -> list[str]:
    """What is missing, was lost, is too few or tells nothing, one sentence each.

    Args:
        gathered: the sweep.
        summary: of the settings to choose from.
        best: the first of them.
    """
    return [
        *unfinished(gathered),
        *(_lost(row) for row in summary.rows if row.lost),
        *_few(summary),
        *_guessing(gathered.metric, best),
        "It holds for this data, this budget and these backbones; what was not tried may be better.",
    ]


def _lost(row):
    kinds = listed([f"{count} {status}" for status, count in row.ended.items() if status != "finished"])
    rest = "its mean is over the rest" if row.finished else "nothing is known of it"
    return f"{row.name}: {row.lost} of {plural(row.planned, 'cell')} did not finish ({kinds}); {rest}."


def _few(summary):
    about = summary.redrawn
    if about is None:
        return []
    found = []
    seeds, folds = (len({replicate[part] for replicate in about.replicates}) for part in (0, 1))
    if about.pairs < _FEW_PAIRS or about.people < FEW_PEOPLE:
        found.append(
            f"{about.pairs:,} pairs of {plural(about.people, 'person', 'people')} are few: "
            "single people decide, and small differences cannot be seen."
        )
    if seeds == 1:
        found.append("One seed tells nothing of how much results depend on the seed: the intervals are too narrow.")
    elif seeds < _FEW_SEEDS:
        found.append(f"{seeds} seeds tell little of how much results depend on the seed.")
    if folds == 1:
        found.append("One split of the people: other people to train on might give another order.")
    return found


def _guessing(metric, best):
    chance = _CHANCE.get(metric)
    low = best.mean if best.interval is None else best.interval.low
    if chance is None or low > chance:
        return []
    return ["Even the best may be no better than guessing (50 %): train longer, or on more people, first."]
