"""Which pictures a sweep has, and what is drawn in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...evaluation.roc import Roc
from ..gathered import Gathered, Setting
from ..outcome import Outcome, finite, read_scores
from ..statistics.blocks import Ranking
from ..statistics.summary import Summary
from ..words import points as in_points
from .figures.axes import Axis, spanning
from .figures.clouds import cloud
from .figures.critical import critical_picture
from .figures.lines import Line, lines_chart
from .figures.ranking import ranking
from .figures.svg import Svg


@dataclass(frozen=True)
class Picture:
    """A picture and what is said of it.

    Attributes:
        name: of its file.
        title: above it.
        svg: the drawing.
    """

    name: str
    title: str
    svg: Svg


def places_of(gathered: Gathered) -> dict[Setting, int | None]:
    """The place of each setting in the order of colours, by `Setting.anywhere`; None for the baseline."""
    settings = dict.fromkeys(Setting.of(cell).anywhere for cell in gathered.cells)
    others = [setting for setting in settings if setting.label != gathered.baseline]
    return dict.fromkeys(settings) | {setting: place for place, setting in enumerate(others)}


def ranking_picture(gathered: Gathered, summary: Summary) -> Picture | None:
    """Means with intervals; None where nothing has finished."""
    rows = [row for row in summary.rows if row.mean is not None]
    if not rows:
        return None
    return Picture("ranking", "Ranking", ranking(rows, places_of(gathered), gathered.metric))


def ranks_picture(found: Ranking) -> Picture | None:
    """The critical difference picture; None where there are too few blocks."""
    return Picture("ranks", "Average ranks", critical_picture(found)) if found.test else None


def gain_picture(gathered: Gathered, summaries: Sequence[Summary]) -> Picture | None:
    """The gain over the baseline by the number of people trained on; None where there is one number only."""
    places, lines, values = places_of(gathered), [], [0.0]
    for row in summaries[-1].rows:
        found = [summary.row(row.setting._replace(identities=summary.identities)) for summary in summaries]
        there = [(x, one) for x, one in enumerate(found) if one is not None and one.gain is not None]
        bars = [(x, *one.gain_interval) for x, one in there if one.gain_interval]
        if there:
            said = f"{row.name}: " + ", ".join(in_points(one.gain, True) for _, one in there)
            points = [(x, one.gain) for x, one in there]
            lines.append(Line(row.name, places[row.setting.anywhere], points, bars, said=said))
            values += [one.gain for _, one in there] + [end for _, *ends in bars for end in ends]
    if len(summaries) < 2 or not lines:
        return None
    lines = _apart(lines)
    counts = [_people(summary.identities) for summary in summaries]
    x = Axis("people trained on", -0.35, len(counts) - 0.65)
    y = spanning(f"gain over {gathered.baseline} in points of {gathered.metric}", values, percent=True)
    said = f"Gain of each loss over {gathered.baseline} by the number of people trained on, with 95 % intervals"
    return Picture(
        "gain",
        "Gain by number of people",
        lines_chart(said, x, y, lines, True, list(range(len(counts))), lambda place: counts[int(place)], dots=True),
    )


def curve_pictures(gathered: Gathered, summary: Summary) -> list[Picture]:
    """Accuracy by epoch and by second of training, and the loss by epoch."""
    kinds = [
        ("accuracy-by-epoch", "Accuracy by epoch", "epoch", "accuracy", "epoch"),
        ("accuracy-by-second", "Accuracy by second", "seconds of training", "accuracy", "seconds"),
        ("loss-by-epoch", "Loss by epoch", "epoch", "loss", "epoch"),
    ]
    made = [_curves(gathered, summary, *kind) for kind in kinds]
    return [picture for picture in made if picture is not None]


def roc_picture(gathered: Gathered, summary: Summary) -> Picture | None:
    """ROC curves, the mean over the cells of a setting; None where there are no scores."""
    places, lines = places_of(gathered), []
    rocs = {row.name: (row.setting, _rocs(gathered, row.setting)) for row in summary.rows}
    every = [roc for _, found in rocs.values() for roc in found]
    if not every:
        return None
    lowest = max(min(float(roc.far[roc.far > 0].min()) for roc in every), 1e-6)
    rates = np.geomspace(lowest, 1, 80)
    for name, (setting, found) in rocs.items():
        if found:
            mean = np.mean([[roc.tar_at(rate * (1 + 1e-9)) for rate in rates] for roc in found], axis=0)
            lines.append(Line(name, places[setting.anywhere], list(zip(rates, mean, strict=True))))
    x = Axis("false accept rate", lowest, 1.0, log=True)
    y = spanning("true accept rate in %", [one for line in lines for _, one in line.points], percent=True)
    return Picture("roc", "ROC", lines_chart("ROC of each setting on people never trained on", x, y, lines))


def cloud_pictures(gathered: Gathered, summary: Summary) -> list[Picture]:
    """Embeddings of a few people never trained on, of each setting's first cell."""
    made = []
    for place, row in enumerate(summary.rows):
        done = (outcome for outcome in gathered.of(row.setting) if outcome.status == "finished")
        first = next(done, None)
        scores = first and read_scores(gathered.folder / "cells" / first.cell.id)
        if scores is not None and len(scores.plane):
            svg = cloud(f"Embeddings of {row.name} in the plane", scores.plane, scores.plane_labels)
            made.append(Picture(f"cloud-{place + 1}", row.name, svg))
    return made


def _curves(gathered, summary, name, title, across, up, along):
    places, lines = places_of(gathered), []
    for row in summary.rows:
        done = [outcome for outcome in gathered.of(row.setting) if outcome.status == "finished"]
        cells = [points for outcome in done if (points := _points(outcome, along, up))]
        if cells:
            others = cells if len(cells) > 1 else ()
            lines.append(Line(row.name, places[row.setting.anywhere], _mean(cells), others=others))
    if not lines:
        return None
    points = [point for line in lines for part in (line.points, *line.others) for point in part]
    x = spanning(across, [x for x, _ in points], whole=along == "epoch")
    share = up == "accuracy"
    y = spanning(f"{up} in %" if share else up, [y for _, y in points], percent=share)
    return Picture(name, title, lines_chart(f"{title}, the mean of each setting and its cells", x, y, lines))


def _points(outcome: Outcome, along: str, up: str) -> list[tuple[float, float]]:
    return [(getattr(one, along), getattr(one, up)) for one in outcome.curve if finite(getattr(one, up))]


def _mean(cells):
    """Point by point, as far as all cells go."""
    return [tuple(np.mean(points, axis=0).tolist()) for points in zip(*cells, strict=False)]


def _rocs(gathered, setting):
    done = (outcome.cell.id for outcome in gathered.of(setting) if gathered.value(outcome) is not None)
    found = (read_scores(gathered.folder / "cells" / id) for id in done)
    return [Roc.of(-scores.similarity, scores.same) for scores in found if scores is not None]


def _apart(lines):
    """Intervals of several lines beside each other, near enough to be of the same number of people."""
    most = min(0.22, 0.03 * (len(lines) - 1))
    shifts = np.linspace(-most, most, len(lines))
    return [
        Line(
            line.name,
            line.place,
            [(x + shift, y) for x, y in line.points],
            [(x + shift, low, high) for x, low, high in line.bars],
            said=line.said,
        )
        for line, shift in zip(lines, map(float, shifts), strict=True)
    ]


def _people(identities):
    return "all" if identities is None else str(identities)
