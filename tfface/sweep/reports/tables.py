"""The tables of a sweep, as texts: the same on a terminal, on the page and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..gathered import FIGURES, Gathered
from ..outcome import STATUSES
from ..statistics.blocks import Ranking
from ..statistics.summary import Summary
from ..words import percent, points, rate, seconds, size, span

NOTHING = "–"
_SHORT = ("setting", "95 % interval", "p (Holm)", "best in", "cells")


@dataclass(frozen=True)
class Table:
    """Texts in rows and columns.

    Attributes:
        columns: their names.
        rows: of texts, one for each column.
        numbers: columns from this one on are numbers.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: int = 1


def ranking_table(gathered: Gathered, summary: Summary, ranking: Ranking | None = None) -> Table:
    """Each setting's mean, spread, interval, gain over the baseline and other figures, the best first."""
    ranks = dict(zip(ranking.labels, ranking.test.ranks, strict=True)) if ranking and ranking.test else {}
    others = [name for name in (*FIGURES, "rank1") if name != gathered.metric]
    others = [name for name in others if any(name in row.figures for row in summary.rows)]
    columns = [
        *("setting", f"{gathered.metric} ± std", "95 % interval", f"gain over {gathered.baseline}", "its interval"),
        *("p (Holm)", "best in", *(["rank"] if ranks else []), *others, "cells"),
    ]
    rows = []
    for row in summary.rows:
        spread = "" if row.std is None else f" ± {100 * row.std:.2f}"
        rows.append(
            [
                row.name,
                NOTHING if row.mean is None else f"{100 * row.mean:.2f}{spread} %",
                NOTHING if row.interval is None else f"{100 * row.interval.low:.2f} – {percent(row.interval.high)}",
                NOTHING if row.gain is None else points(row.gain, True).removesuffix(" points"),
                NOTHING if row.gain_interval is None else span(*row.gain_interval).removesuffix(" points"),
                NOTHING if row.p_value is None else rate(row.p_value).removeprefix("= "),
                NOTHING if row.best_share is None else percent(row.best_share, 0),
                *([f"{ranks[row.setting.label]:.2f}"] if ranks else []),
                *(percent(row.figures[name]) if name in row.figures else NOTHING for name in others),
                f"{row.finished} of {row.planned}",
            ]
        )
    return Table(columns, rows)


def short_table(gathered: Gathered, summary: Summary) -> Table:
    """What fits a terminal: each setting's mean, interval, gain over the baseline, chance to be best, and cost."""
    whole = ranking_table(gathered, summary)
    kept = [place for place, name in enumerate(whole.columns) if name in _SHORT or place in (1, 3)]
    rows = [
        [*(cells[place] for place in kept), seconds(row.processor_seconds) or NOTHING]
        for cells, row in zip(whole.rows, summary.rows, strict=True)
    ]
    return Table([*(whole.columns[place] for place in kept), "processor time"], rows)


def cost_table(summary: Summary) -> Table:
    """How soon each setting is close to its best, what it takes, and how many cells were lost."""
    columns = [
        *("setting", "epochs to 95 % of its best", "to 95 % of the best of all", "seconds to 95 % of its best"),
        *("seconds a cell", "processor seconds", "images/s", "memory", "parameters"),
        *(status for status in STATUSES if status != "finished"),
    ]
    rows = []
    for row in summary.rows:
        rows.append(
            [
                row.name,
                _plain(row.epochs, 1),
                _plain(row.epochs_common, 1),
                seconds(row.seconds_to) or NOTHING,
                seconds(row.seconds) or NOTHING,
                seconds(row.processor_seconds) or NOTHING,
                _plain(row.images_per_second),
                size(row.peak_bytes) or NOTHING,
                _plain(row.parameters),
                *(str(row.ended.get(status, 0)) for status in STATUSES if status != "finished"),
            ]
        )
    return Table(columns, rows)


def gain_table(gathered: Gathered, summaries: Sequence[Summary]) -> Table:
    """The gain over the baseline for each number of people trained on, and the baseline itself."""
    columns = ["setting", *("all" if one.identities is None else f"{one.identities} people" for one in summaries)]
    rows = []
    for row in summaries[-1].rows:
        found = [summary.row(row.setting._replace(identities=summary.identities)) for summary in summaries]
        rows.append([row.name, *(_gain(one, gathered.baseline) for one in found)])
    return Table(columns, rows)


def lost_table(gathered: Gathered, reasons: bool = True) -> Table:
    """Cells that did not finish; the reasons may name files."""
    lost = [outcome for outcome in gathered.outcomes.values() if outcome.status != "finished"]
    columns = ["cell", "status", *(["reason"] if reasons else [])]
    rows = [[one.cell.id, one.status, *([one.reason or NOTHING] if reasons else [])] for one in lost]
    return Table(columns, rows, len(columns))


def missing_table(gathered: Gathered) -> Table:
    """Cells that are not done."""
    columns = ["setting", "backbone", "people", "seed", "fold"]
    rows = [
        [cell.label, cell.backbone, str(cell.identities or "all"), str(cell.seed), str(cell.fold)]
        for cell in gathered.missing
    ]
    return Table(columns, rows, 2)


def _gain(row, baseline):
    if row is None or row.mean is None:
        return NOTHING
    if row.setting.label == baseline:
        return percent(row.mean)
    if row.gain is None:
        return NOTHING
    said = points(row.gain, True).removesuffix(" points")
    return said if row.gain_interval is None else f"{said} ({span(*row.gain_interval).removesuffix(' points')})"


def _plain(value, digits=0):
    return NOTHING if value is None else f"{value:,.{digits}f}"
