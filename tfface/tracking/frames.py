"""Runs as pandas tables."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

import numpy as np

from .._extras import require
from .records import RunRecord


def to_pandas(runs: Iterable[RunRecord], series: str | None = None):
    """Runs as a table: a row a run, or with `series` a row a point.

    The table of runs has the columns `id`, `name`, `status`, `reason`, `started`, `duration` (seconds) and `tags`,
    then one for every single value by its path, and one for every curve of numbers, which has its last value.
    The table of points has `run` (the id), `name`, `series`, `step`, `value` and `time`.

    Args:
        runs: records from `read_runs`.
        series: a path, or a pattern of paths (`"train/epoch/*"`, `"*"`), of the curves of numbers.

    Raises:
        ValueError: no curve matches `series`.
        ImportError: pandas is not installed (it comes with the neptune client).

    Example:
        >>> runs = read_runs("runs")  # doctest: +SKIP
        >>> to_pandas(runs).groupby("model/loss/type")["evaluation/orl/accuracy"].mean()  # doctest: +SKIP
        >>> to_pandas(runs, series="validation/epoch/*").pivot_table("value", "step", "name")  # doctest: +SKIP
    """
    pandas = require("pandas", extra="report")
    runs = list(runs)
    if series is None:
        return pandas.DataFrame([_row(run) for run in runs], columns=_columns(runs))
    parts = [
        (run, path, curve)
        for run in runs
        for path, curve in run.series.items()
        if curve.numeric and fnmatchcase(path, series)
    ]
    if runs and not parts and series != "*":
        raise ValueError(f"series: no curve is called {series!r}")
    counts = [len(curve) for _, _, curve in parts]

    def repeated(values):
        return pandas.Series(values, dtype=object).repeat(counts).reset_index(drop=True).astype("category")

    def joined(name):
        return np.concatenate([np.empty(0), *(np.asarray(getattr(curve, name)) for _, _, curve in parts)])

    return pandas.DataFrame(
        {
            "run": repeated([run.id for run, _, _ in parts]),
            "name": repeated([run.name for run, _, _ in parts]),
            "series": repeated([path for _, path, _ in parts]),
            "step": joined("steps"),
            "value": joined("values"),
            "time": pandas.to_datetime(joined("times"), unit="s", utc=True),
        }
    )


_OWN = ("id", "name", "status", "reason", "started", "duration", "tags")


def _row(run: RunRecord) -> dict:
    last = {path: curve.values[-1] for path, curve in run.series.items() if curve.numeric and len(curve)}
    return {**last, **run.parameters, **{name: getattr(run, name) for name in _OWN}}


def _columns(runs: list[RunRecord]) -> list[str]:
    values = dict.fromkeys(path for run in runs for path in run.parameters)
    curves = dict.fromkeys(path for run in runs for path, curve in run.series.items() if curve.numeric)
    return list(dict.fromkeys([*_OWN, *values, *curves]))
