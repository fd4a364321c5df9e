"""Choosing runs: conditions such as `model/loss/type == ArcFace`, an order, an id."""

import re
from collections.abc import Callable, Iterable, Sequence
from operator import eq, ge, gt, le, lt, ne

from .._suggest import did_you_mean
from .records import RunRecord, Scalar

OPERATORS = {"==": eq, "!=": ne, "<=": le, ">=": ge, "<": lt, ">": gt}
_CONDITION = re.compile(r"\s*(?P<key>\S.*?)\s*(?P<operator>==|!=|<=|>=|<|>|\bcontains\b)\s*(?P<value>.*?)\s*")
_OF_SERIES = re.compile(r"(?P<what>min|max|mean)\((?P<path>.+)\)")
_OWN = ("id", "name", "status", "reason", "started", "duration", "tags")
_SUMMARIES = {
    "last": lambda values: values[-1],
    "min": min,
    "max": max,
    "mean": lambda values: sum(values) / len(values),
}


def field(run: RunRecord, key: str) -> Scalar | tuple[str, ...] | None:
    """What a run says about a key; None if it says nothing.

    Args:
        run: a record.
        key: `id`, `name`, `status`, `reason`, `started` (ISO, UTC), `duration` (seconds) or `tags`; the path of a
            single value; the path of a curve, which means its last value; `min(path)`, `max(path)`, `mean(path)`.

    Example:
        >>> field(run, "min(validation/epoch/loss)")  # doctest: +SKIP
        0.31
    """
    if key in _OWN:
        value = getattr(run, key)
        return value.isoformat() if key == "started" and value else value
    if key in run.parameters:
        return run.parameters[key]
    match = _OF_SERIES.fullmatch(key)
    what, path = match.group("what", "path") if match else ("last", key)
    curve = run.series.get(path)
    if curve is None or not curve.numeric or not len(curve):
        return None
    return _SUMMARIES[what](curve.values)


def filter_runs(runs: Iterable[RunRecord], *conditions: str) -> list[RunRecord]:
    """The runs that meet all conditions.

    A condition is `key operator value`. The key is `id`, `name`, `status`, `reason`, `started` (ISO, UTC), `duration`
    (seconds) or `tags`, the path of a single value, the path of a curve (which means its last value), or
    `min(path)`, `max(path)`, `mean(path)`. The operator is `==`, `!=`, `<`, `<=`, `>`, `>=` or `contains` (a tag among
    `tags`, a part of a text). Numbers are compared as numbers. A run that does not have the key meets no condition.

    Args:
        runs: records from `read_runs`.
        conditions: `"model/loss/type == ArcFace"`, `"evaluation/orl/accuracy > 0.93"`, `"tags contains orl"`.

    Raises:
        ValueError: a condition cannot be read, or no run has its key.

    Example:
        >>> filter_runs(read_runs("runs"), "status == finished", "min(train/epoch/loss) < 0.1")  # doctest: +SKIP
    """
    runs = list(runs)
    tests = [_parse(condition, runs) for condition in conditions]
    return [run for run in runs if all(test(run) for test in tests)]


def sort_runs(runs: Iterable[RunRecord], key: str, descending: bool = False) -> list[RunRecord]:
    """Runs in the order of what they say about a key; those that say nothing come last.

    Args:
        runs: records from `read_runs`.
        key: as in the conditions of `filter_runs`.
        descending: the largest first.

    Raises:
        ValueError: no run has the key.

    Example:
        >>> sort_runs(read_runs("runs"), "evaluation/orl/accuracy", descending=True)  # doctest: +SKIP
    """
    runs = list(runs)
    _known(key, runs)
    having = [run for run in runs if field(run, key) is not None]
    numbers = all(_is_number(field(run, key)) for run in having)
    having.sort(key=lambda run: field(run, key) if numbers else str(field(run, key)), reverse=descending)
    return having + [run for run in runs if field(run, key) is None]


def find_run(runs: Sequence[RunRecord], word: str) -> RunRecord:
    """The one run that a word means.

    Args:
        runs: records from `read_runs`.
        word: a run's id, the beginning of its id, or its name.

    Raises:
        ValueError: no run is called so, or several are.

    Example:
        >>> find_run(read_runs("runs"), "4f2a")  # doctest: +SKIP
    """
    kinds = (lambda run: run.id == word, lambda run: run.id.startswith(word), lambda run: run.name == word)
    for meant in kinds:
        found = [run for run in runs if meant(run)]
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(f"{word!r} means several runs: {', '.join(run.id for run in found)}")
    names = [name for run in runs for name in (run.id, run.name)]
    raise ValueError(f"no run {word!r}{_near(word, names) or ', neither by id nor by name'}")


def _parse(condition: str, runs: list[RunRecord]) -> Callable[[RunRecord], bool]:
    match = _CONDITION.fullmatch(condition)
    if not match:
        known = ", ".join([*OPERATORS, "contains"])
        raise ValueError(f"{condition!r}: expected `key operator value`, with one of {known}")
    key, operator, value = match.group("key", "operator", "value")
    _known(key, runs)
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    return lambda run: _meets(field(run, key), operator, value)


def _meets(found, operator: str, value: str) -> bool:
    if found is None:
        return False
    if operator == "contains":
        return value in (found if isinstance(found, tuple) else str(found))
    if isinstance(found, tuple):
        return OPERATORS[operator](", ".join(found), value)
    if _is_number(found):
        try:
            return OPERATORS[operator](found, float(value))
        except ValueError:
            return operator == "!="
    return OPERATORS[operator](_text(found), value.lower() if isinstance(found, bool) else value)


def _known(key: str, runs: list[RunRecord]) -> None:
    if runs and key not in _OWN and all(field(run, key) is None for run in runs):
        keys = {*_OWN, *(key for run in runs for key in (*run.parameters, *run.series))}
        raise ValueError(f"no run has {key!r}{_near(key, keys)}")


def _near(word: str, names: Iterable[str]) -> str:
    """The end of an error line: near names, but not all of hundreds."""
    near = did_you_mean(word, names)
    return f", {near}" if near.startswith("did") else ""


def _is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
