"""Checks of arguments: each names the argument, what was expected and what came."""

import math
import numbers


def number(name, value, low=-math.inf, high=math.inf, below=False, above=False):
    """A finite number within [low, high]; `above` and `below` exclude the low and the high end."""
    real = isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
    if not real or not (low < value if above else low <= value) or not (value < high if below else value <= high):
        raise ValueError(f"{name}: expected {_domain(low, high, above, below)}, received {value!r}")
    return value


def _domain(low, high, above, below):
    if math.isinf(low) and math.isinf(high):
        return "a finite number"
    if math.isinf(high):
        return f"a number {'above' if above else 'of at least'} {low:g}"
    return f"a number in {'(' if above else '['}{low:g}, {high:g}{')' if below else ']'}"


def whole(name, value, low):
    """A whole number of at least `low`."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < low:
        raise ValueError(f"{name}: expected a whole number of at least {low}, received {value!r}")
    return int(value)


def choice(name, value, options):
    """One of the named options."""
    if value not in options:
        raise ValueError(f"{name}: expected one of {', '.join(map(repr, options))}, received {value!r}")
    return value
