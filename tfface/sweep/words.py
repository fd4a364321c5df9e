"""Numbers as people read them."""

from __future__ import annotations

from collections.abc import Sequence

MINUS = "−"


def percent(share: float, digits: int = 2) -> str:
    """A share in per cent.

    Example:
        >>> percent(0.8312), percent(0.5, 0)
        ('83.12 %', '50 %')
    """
    return f"{100 * share:.{digits}f} %"


def points(difference: float, signed: bool = False) -> str:
    """A difference of shares in percentage points.

    Example:
        >>> points(0.0123), points(-0.02, signed=True)
        ('1.23 points', '−2.00 points')
    """
    said = f"{100 * difference:+.2f}" if signed else f"{100 * difference:.2f}"
    return f"{said.replace('-', MINUS)} points"


def span(low: float, high: float) -> str:
    """An interval of a difference of shares.

    Example:
        >>> span(-0.01, 0.02)
        '−1.00 to +2.00 points'
    """
    return f"{points(low, True).removesuffix(' points')} to {points(high, True)}"


def rate(p_value: float) -> str:
    """A p-value, no finer than it is known.

    Example:
        >>> rate(0.0005), rate(0.0421)
        ('≤ 0.001', '= 0.042')
    """
    return "≤ 0.001" if p_value <= 0.001 else f"= {p_value:.3f}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count and what is counted.

    Example:
        >>> plural(1, "seed"), plural(3, "seed"), plural(2, "person", "people")
        ('1 seed', '3 seeds', '2 people')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence.

    Example:
        >>> listed(["a", "b", "c"])
        'a, b and c'
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def value_of(metric: str, row) -> str:
    """A setting's mean with its interval: `accuracy 83.12 % (95 % interval 80.10 – 86.00 %)`."""
    said = f"{metric} {percent(row.mean)}"
    if row.interval is None:
        return said
    return f"{said} (95 % interval {100 * row.interval.low:.2f} – {percent(row.interval.high)})"


def seconds(value: float | None) -> str:
    """A time.

    Example:
        >>> seconds(4.25), seconds(75), seconds(7260)
        ('4.2 s', '75 s', '121 min')
    """
    if value is None:
        return ""
    return f"{value:.1f} s" if value < 10 else f"{value:.0f} s" if value < 600 else f"{value / 60:.0f} min"


def size(value: float | None) -> str:
    """Bytes.

    Example:
        >>> size(3_200_000_000), size(250_000_000)
        ('3.2 GB', '250 MB')
    """
    if value is None:
        return ""
    return f"{value / 1e9:.1f} GB" if value >= 1e9 else f"{value / 1e6:.0f} MB"
