"""A curve drawn with the dots of Braille letters, two across and four down in each."""

import math
from collections.abc import Sequence

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def draw(steps: Sequence[float], values: Sequence[float], width: int, height: int) -> str:
    """A plot of values over steps, with the ranges of both, in lines of at most `width` letters.

    Args:
        steps, values: finite numbers.
        width, height: of all of it, in letters; at least 24 and 4.
    """
    low, high = min(values), max(values)
    first, last = min(steps), max(steps)
    labels = (f"{high:.6g}", f"{low:.6g}")
    margin = max(map(len, labels))
    columns, rows = max(width - margin - 2, 1), max(height - 1, 1)
    cells = [[0] * columns for _ in range(rows)]
    dots = [
        (_place(step, first, last, 2 * columns), 4 * rows - 1 - _place(value, low, high, 4 * rows))
        for step, value in zip(steps, values, strict=True)
    ]
    for (x, y), (to_x, to_y) in zip(dots, dots[1:] or dots, strict=False):
        length = max(abs(to_x - x), abs(to_y - y), 1)
        for i in range(length + 1):
            column, row = round(x + (to_x - x) * i / length), round(y + (to_y - y) * i / length)
            cells[row // 4][column // 2] |= _DOTS[row % 4][column % 2]
    lines = []
    for number, row in enumerate(cells):
        label = labels[0] if number == 0 else labels[1] if number == rows - 1 else ""
        lines.append(f"{label:>{margin}} ┤{''.join(chr(0x2800 + cell) for cell in row)}")
    left, right = f"{first:g}", f"{last:g}"
    gap = max(columns - len(left) - len(right), 1)
    return "\n".join([*lines, f"{'':>{margin}}  {left}{'':>{gap}}{right}"])


def _place(number: float, low: float, high: float, places: int) -> int:
    share = 0.5 if high == low else number / (high - low) - low / (high - low)
    return min(max(math.floor(share * places), 0), places - 1)
