"""Two axes: where numbers lie in a drawing, their ticks and titles."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .svg import Svg, width_of

_TICKS = 8  # at most, along an axis


@dataclass(frozen=True)
class Axis:
    """Numbers along one side.

    Attributes:
        title: what they are.
        low: the first number.
        high: the last one, greater.
        log: whether steps are factors.
        percent: whether they are shares, written in per cent.
        whole: whether only whole numbers mean something.
    """

    title: str
    low: float
    high: float
    log: bool = False
    percent: bool = False
    whole: bool = False

    def place(self, value: float) -> float:
        """Where a number lies, 0 at the low end and 1 at the high one."""
        if self.log:
            return math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    @property
    def step(self) -> float:
        """From one tick to the next: 1, 2 or 5 of some power of ten."""
        step = _round_step((self.high - self.low) / _TICKS)
        return max(1.0, step) if self.whole else step

    def ticks(self) -> list[float]:
        """Round numbers along it."""
        if self.log:
            powers = range(math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9) + 1)
            return [10.0**power for power in powers]
        first, last = math.ceil(self.low / self.step - 1e-9), math.floor(self.high / self.step + 1e-9)
        return [self.step * place for place in range(first, last + 1)]

    def write(self, value: float) -> str:
        """A tick's number."""
        if self.log:
            return f"{value:g}"
        scale = 100 if self.percent else 1
        digits = max(0, -math.floor(math.log10(scale * self.step) + 1e-9))
        return f"{scale * value:.{digits}f}".replace("-", "−")


def spanning(title: str, values: Iterable[float], percent: bool = False, whole: bool = False) -> Axis:
    """An axis over some numbers, with a little room on both sides.

    Args:
        title: what they are.
        values: finite numbers.
        percent: whether they are shares.
        whole: whether only whole numbers mean something.
    """
    values = list(values) or [0.0, 1.0]
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 0.05 * abs(high) or 0.5
    return Axis(title, low - room, high + room, percent=percent, whole=whole)


@dataclass(frozen=True)
class Frame:
    """Where both axes are in a drawing, in pixels from its left and upper side."""

    x: Axis
    y: Axis
    left: float
    top: float
    right: float
    bottom: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point is drawn."""
        across = self.left + self.x.place(x) * (self.right - self.left)
        return across, self.bottom - self.y.place(y) * (self.bottom - self.top)

    def draw(self, svg: Svg, x_ticks: list[float] | None = None, x_write: Callable | None = None) -> None:
        """Grid, numbers and titles."""
        for value in self.y.ticks():
            _, y = self.at(self.x.low, value)
            svg.line(self.left, y, self.right, y, "grid")
            svg.text(self.left - 6, y + 4, self.y.write(value), anchor="end")
        for value in x_ticks or self.x.ticks():
            x, _ = self.at(value, self.y.low)
            svg.line(x, self.bottom, x, self.bottom + 4, "axis")
            svg.text(x, self.bottom + 17, (x_write or self.x.write)(value), anchor="middle")
        svg.line(self.left, self.bottom, self.right, self.bottom, "axis")
        svg.text((self.left + self.right) / 2, self.bottom + 35, self.x.title, anchor="middle")
        svg.text(0, 11, self.y.title)


def margin_of(axis: Axis) -> float:
    """How much room its numbers need."""
    return max(width_of(axis.write(value)) for value in axis.ticks() or [axis.low]) + 10


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-9))
