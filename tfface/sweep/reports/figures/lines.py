"""Lines over two axes with a legend below: accuracy by epoch and by second, loss, ROC, gain by number of people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from .axes import Axis, Frame, margin_of
from .svg import Svg, element, number, series, shortened, width_of

_WIDTH, _PLOT, _ROW = 460, 240, 19


@dataclass(frozen=True)
class Line:
    """A line of a chart.

    Attributes:
        name: in the legend.
        place: among the losses, which gives its colour; None for the baseline.
        points: (x, y), by rising x.
        bars: (x, low, high): intervals.
        others: thin lines that it is the mean of.
    """

    name: str
    place: int | None
    points: Sequence[tuple[float, float]]
    bars: Sequence[tuple[float, float, float]] = ()
    others: Sequence[Sequence[tuple[float, float]]] = ()
    said: str = field(default="")

    @property
    def kind(self) -> str:
        """Its class."""
        return "base dashed" if self.place is None else series(self.place)


def lines_chart(
    said: str,
    x: Axis,
    y: Axis,
    lines: Sequence[Line],
    zero: bool = False,
    x_ticks: list[float] | None = None,
    x_write: Callable | None = None,
    dots: bool = False,
) -> Svg:
    """A chart of lines.

    Args:
        said: what it shows, in words.
        x: the lower axis.
        y: the left axis.
        lines: to draw, the first on top and first in the legend.
        zero: whether the line y = 0 is drawn.
        x_ticks: where the lower axis has numbers; None for round ones.
        x_write: how they are written.
        dots: whether points are marked.
    """
    rows = _legend_rows(lines)
    left = margin_of(y)
    frame = Frame(x, y, left, 22, _WIDTH - 12, 22 + _PLOT)
    svg = Svg(_WIDTH, frame.bottom + 48 + _ROW * len(rows), said)
    frame.draw(svg, x_ticks, x_write)
    if zero:
        svg.line(*frame.at(x.low, 0), *frame.at(x.high, 0), "reference")
    for line in reversed(lines):
        svg.add("g", _drawn(line, frame, dots), class_=f"line {line.kind}", data_name=line.name)
    for place, row in enumerate(rows):
        _legend(svg, row, frame.bottom + 54 + _ROW * place)
    return svg


def _drawn(line, frame, dots):
    parts = [element("title", escape(line.said or line.name))]
    parts += [element("polyline", points=_joined(other, frame), class_="thin") for other in line.others]
    for x, low, high in line.bars:
        (across, bottom), (_, top) = frame.at(x, low), frame.at(x, high)
        parts.append(element("line", x1=across, y1=bottom, x2=across, y2=top, class_="thin"))
    if len(line.points) > 1:
        parts.append(element("polyline", points=_joined(line.points, frame), class_="stroke"))
    if dots or len(line.points) == 1:
        for x, y in line.points:
            across, down = frame.at(x, y)
            parts.append(element("circle", cx=across, cy=down, r=3, class_="dot"))
    return "".join(parts)


def _joined(points, frame):
    return " ".join(",".join(map(number, frame.at(x, y))) for x, y in points)


def _legend_rows(lines):
    """The lines in rows that are no wider than the chart."""
    rows, used = [[]], 0.0
    for line in lines:
        wide = 34 + width_of(shortened(line.name, 40))
        if rows[-1] and used + wide > _WIDTH:
            rows.append([])
            used = 0.0
        rows[-1].append(line)
        used += wide
    return rows


def _legend(svg, row, y):
    x = 2.0
    for line in row:
        name = shortened(line.name, 40)
        mark = element("line", x1=x, y1=y, x2=x + 16, y2=y, class_="stroke")
        mark += element("text", escape(name), x=x + 21, y=y + 4)
        svg.add("g", mark, class_=f"line {line.kind}", data_name=line.name)
        x += 34 + width_of(name)
