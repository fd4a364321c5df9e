"""The line that logs are full of, a curve's next point, read in half of the time that JSON takes."""

import re

_INTEGER = r"(?:0|[1-9][0-9]{0,17})"
_FRACTION = r"(?:\.[0-9]+)?"
_SECONDS = rf"([1-9][0-9]{{0,9}}{_FRACTION})"
# as the client writes it, to the letter, with numbers that need no further look; anything else is for JSON
_LINE = re.compile(
    r'\{"obj": \{"type": "LogFloats", "path": \["([ !#-\[\]-~]+(?:", "[ !#-\[\]-~]+)*)"\], '
    rf'"values": \[\{{"value": (-?{_INTEGER}{_FRACTION}(?:e[+-]?[0-9]+)?), '
    rf'"step": (null|-?{_INTEGER}{_FRACTION}), "ts": {_SECONDS}\}}\]\}}, '
    rf'"version": ([1-9][0-9]{{0,17}}), "at": {_SECONDS}\}}\n'
)


def one_point(line: str) -> tuple[str, float, float, float, int, float] | None:
    """Path, step (NaN: none was given), value, time, version and time of writing; None if the line is another one."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    path, value, step, at, version, written = found.groups()
    number = float("nan") if step == "null" else float(step)
    return path.replace('", "', "/"), number, float(value), float(at), int(version), float(written)
