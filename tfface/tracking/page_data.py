"""What the comparison page needs of the runs, as plain JSON data."""

from collections.abc import Sequence

import numpy as np

from . import layout
from .downsample import envelope
from .records import RunRecord, Series
from .values import scalar

# series of the client itself (hardware, captured output) say nothing about training
_NOT_CURVES = ("monitoring/", "sys/")
_BY_EPOCH = tuple(
    f"{name}/" for name in (layout.TRAIN_EPOCH, layout.VALIDATION_EPOCH, layout.VERIFICATION, layout.EVALUATE)
)
_EMPTY = Series((), (), ())
# points of all curves together: a page of some ten MB, that opens in seconds
_POINTS = 500_000


def page_data(runs: Sequence[RunRecord]) -> dict:
    """The runs as the page's scripts read them (`page/state.js`)."""
    curves = sum(len(run.series) for run in runs)
    limit = min(1000, max(100, _POINTS // max(curves, 1)))
    return {"runs": [_run(run, limit) for run in runs]}


def _run(run: RunRecord, limit: int) -> dict:
    started = run.started.timestamp() if run.started else None
    return {
        "id": run.id,
        "name": run.name,
        "status": run.status,
        "reason": run.reason,
        "started": started,
        "duration": run.duration,
        "tags": list(run.tags),
        "settings": _plain(run.settings),
        "results": {name: _plain(metrics) for name, metrics in run.results.items()},
        "curves": {path: _curve(run, path, series, started, limit) for path, series in _curves(run)},
    }


def _curves(run: RunRecord):
    for path, series in run.series.items():
        if series.numeric and not path.startswith(_NOT_CURVES) and not path.endswith(layout.NONFINITE):
            yield path, series
    # a loss that was never finite has no points, but the reader of the page must see that it was there
    for path in run.series:
        if path.endswith(layout.NONFINITE) and path.removesuffix(layout.NONFINITE) not in run.series:
            yield path.removesuffix(layout.NONFINITE), _EMPTY


def _curve(run: RunRecord, path: str, series: Series, started: float | None, limit: int) -> dict:
    steps, values, times = _columns(series)
    origin = started if started is not None else (float(times[0]) if times.size else 0.0)
    finite = np.isfinite(values)
    kept = np.flatnonzero(finite)[envelope(values[finite], limit)]
    holes = _columns(run.series.get(path + layout.NONFINITE, _EMPTY))
    return {
        "unit": "epoch" if path.startswith(_BY_EPOCH) else "iteration",
        "steps": _short(steps[kept], digits=12),
        "values": _short(values[kept]),
        "times": _short(times[kept] - origin, digits=8),
        "nonfinite": {
            "steps": _short([*steps[~finite], *holes[0]], digits=12),
            "times": _short([*(times[~finite] - origin), *(holes[2] - origin)], digits=8),
        },
    }


def _columns(series: Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    steps, values, times = (np.asarray(column, dtype=np.float64) for column in vars(series).values())
    placed = np.isfinite(steps) & np.isfinite(times)
    return steps[placed], values[placed], times[placed]


def _short(numbers, digits: int = 6) -> list[float | int]:
    """Numbers of few digits: three times less text, and no difference in a picture."""
    rounded = (float(f"{number:.{digits}g}") for number in numbers)
    return [int(number) if number.is_integer() else number for number in rounded]


def _plain(values: dict) -> dict:
    return {path: scalar(value) for path, value in values.items()}
