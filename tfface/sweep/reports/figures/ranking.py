"""Settings one below the other, each a dot with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ...gathered import Setting
from ...statistics.summary import Row
from ...words import percent
from .axes import spanning
from .svg import Svg, element, series, shortened, width_of

_ROW, _WIDTH, _LONGEST = 24, 480, 30


def ranking(rows: Sequence[Row], places: dict[Setting, int | None], metric: str) -> Svg:
    """The means of settings with their 95 % intervals, in the order of the rows.

    Args:
        rows: with a mean.
        places: in the order of colours, by `Setting.anywhere`; None for the baseline, whose mean is drawn through.
        metric: what the means are of.
    """
    names = [shortened(row.name, _LONGEST) for row in rows]
    left = max(map(width_of, names), default=0) + 12
    ends = [end for row in rows for end in (row.interval or (row.mean, row.mean))]
    axis = spanning(metric, ends, percent=True)
    right, bottom = _WIDTH - 8, 10 + _ROW * len(rows)
    svg = Svg(_WIDTH, bottom + 44, f"{metric} of {len(rows)} settings with their 95 % intervals, the best first")

    def at(value):
        return left + axis.place(value) * (right - left)

    for tick in axis.ticks():
        svg.line(at(tick), 8, at(tick), bottom, "grid")
        svg.text(at(tick), bottom + 17, axis.write(tick), anchor="middle")
    svg.text((left + right) / 2, bottom + 36, f"{metric} in %, with 95 % interval", anchor="middle")
    for row in rows:
        if places[row.setting.anywhere] is None:
            svg.line(at(row.mean), 8, at(row.mean), bottom, "reference")
    for place, (row, name) in enumerate(zip(rows, names, strict=True)):
        y = 8 + _ROW * (place + 0.5)
        svg.text(left - 12, y + 4, name, "strong", "end")
        mark = element("title", escape(f"{row.name}: {percent(row.mean)}"))
        if row.interval:
            low, high = map(at, row.interval)
            mark += element("line", x1=low, y1=y, x2=high, y2=y, class_="stroke")
        mark += element("circle", cx=at(row.mean), cy=y, r=4.5, class_="dot")
        own = places[row.setting.anywhere]
        kind = "base" if own is None else series(own).split()[0]
        svg.add("g", mark, class_=f"line {kind}", data_name=row.name)
    return svg
