"""What the comparison page needs of the runs, as plain JSON data and packed numbers."""

import math
import re
from collections.abc import Sequence

import numpy as np

from . import layout
from .downsample import envelope
from .page_columns import Columns
from .page_files import Pictures, rates
from .records import RunRecord, Series
from .values import scalar

# series of the client itself (hardware, captured output) say nothing about training
_NOT_CURVES = ("monitoring/", "sys/")
_BY_EPOCH = tuple(
    f"{name}/" for name in (layout.TRAIN_EPOCH, layout.VALIDATION_EPOCH, layout.VERIFICATION, layout.EVALUATE)
)
_OUTCOMES = tuple(f"{name}/" for name in (layout.EVALUATION, layout.SUMMARY, layout.CHECKPOINT, layout.MONITORS))
_FINDINGS = (layout.DIVERGED_AT, layout.DIVERGED_METRIC)
_EMPTY = Series((), (), ())
# points of all curves together: a page of some ten MB, that opens in seconds
_POINTS = 1_000_000
_LONGEST = 2000
# what no browser shows, or what turns the text around it; a drawing that has a control character cannot be saved
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def page_data(runs: Sequence[RunRecord]) -> tuple[dict, bytes]:
    """The runs as the page's scripts read them (`page/state.js`), and the columns of their curves."""
    curves = sum(len(run.series) for run in runs)
    limit = min(1000, max(32, _POINTS // max(curves, 1)))
    columns, pictures = Columns(), Pictures(runs)
    data = {
        "runs": [_run(run, limit, columns, pictures) for run in runs],
        "pictures_left_out": pictures.left_out,
        "wide": columns.wide,
    }
    return _readable(data), columns.packed()


def _run(run: RunRecord, limit: int, columns: Columns, pictures: Pictures) -> dict:
    started = run.started.timestamp() if run.started else None
    return {
        "id": run.id,
        "name": run.name,
        "status": run.status,
        "reason": run.reason[:_LONGEST],
        "started": started,
        "duration": run.duration if run.duration is not None and math.isfinite(run.duration) else None,
        "tags": list(run.tags),
        "values": {path: _plain(value) for path, value in run.parameters.items() if _is_shown(path)},
        "curves": {path: _curve(run, path, series, started, limit, columns) for path, series in _curves(run)},
        "rates": rates(run),
        "pictures": pictures.of(run),
    }


def _is_shown(path: str) -> bool:
    return layout.is_setting(path) or path.startswith(_OUTCOMES) or path in _FINDINGS


def _curves(run: RunRecord):
    for path, series in run.series.items():
        if series.numeric and not path.startswith(_NOT_CURVES) and not path.endswith(layout.NONFINITE):
            yield path, series
    # a loss that was never finite has no points, but the reader of the page must see that it was there
    for path in run.series:
        if path.endswith(layout.NONFINITE) and path.removesuffix(layout.NONFINITE) not in run.series:
            yield path.removesuffix(layout.NONFINITE), _EMPTY


def _curve(run: RunRecord, path: str, series: Series, started: float | None, limit: int, columns: Columns) -> dict:
    steps, values, times = _placed(series)
    origin = started if started is not None else (float(times[0]) if times.size else 0.0)
    finite = np.isfinite(values)
    kept = np.flatnonzero(finite)[envelope(values[finite], limit)]
    hole_steps, _, hole_times = _placed(run.series.get(path + layout.NONFINITE, _EMPTY))
    return {
        "unit": _unit(path),
        "steps": columns.growing(steps[kept]),
        "values": columns.values(values[kept]),
        "times": columns.growing(_since(origin, times[kept])),
        "nonfinite": {
            "steps": columns.growing(np.concatenate((steps[~finite], hole_steps))[:limit]),
            "times": columns.growing(_since(origin, np.concatenate((times[~finite], hole_times)))[:limit]),
        },
    }


def _unit(path: str) -> str:
    """What the steps of a curve count."""
    if path.startswith(_BY_EPOCH):
        return "epoch"
    return "iteration" if path.startswith(f"{layout.TRAIN_BATCH}/") else "own"


def _placed(series: Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    columns = (series.steps, series.values, series.times)
    steps, values, times = (np.asarray(column, dtype=np.float64) for column in columns)
    placed = np.isfinite(steps) & np.isfinite(times)
    return steps[placed], values[placed], times[placed]


def _since(origin: float, times: np.ndarray) -> np.ndarray:
    """Seconds after the start, to a 64th: no eye sees more, and the differences have few bits."""
    return np.round((times - origin) * 64) / 64


def _plain(value):
    value = scalar(value)
    return value[:_LONGEST] if isinstance(value, str) else value


def _readable(content):
    if isinstance(content, str):
        return _UNPRINTABLE.sub("\ufffd", content)
    if isinstance(content, dict):
        return {_readable(key): _readable(value) for key, value in content.items()}
    return [_readable(item) for item in content] if isinstance(content, list) else content
