"""What a run is in MLflow: parameters, metrics and tags."""

import hashlib
import json
import math
import os
import sys
from typing import NamedTuple

from .. import layout
from ..records import RunRecord, Series
from .names import mlflow_names

PARAMETER_LENGTH = 6000
TAG_LENGTH = 5000
STATUSES = {layout.RUNNING: "RUNNING", layout.FINISHED: "FINISHED", layout.INTERRUPTED: "KILLED"}
_NONFINITE = {0.0: math.nan, 1.0: math.inf, -1.0: -math.inf}


class Point(NamedTuple):
    """A value of a metric, as MLflow stores it: the time in milliseconds."""

    step: int
    time: int
    value: float

    def stored(self) -> tuple:
        """What comes back from the store: NaN is not equal to itself, and infinity becomes the largest number."""
        value = max(-sys.float_info.max, min(sys.float_info.max, self.value))
        return (self.step, self.time, "nan" if math.isnan(self.value) else value)


class Content:
    """A run in MLflow's terms.

    Settings become parameters, curves metrics with their steps and times, with the values that are not finite in their
    places. Results and summaries, which have no step, are metrics at step 0 and the time the run began. The rest,
    and the names that MLflow refuses, are tags.

    Attributes:
        parameters, tags: name -> text.
        metrics: name -> points.
        texts: file name -> text that is too long for MLflow, or a series of texts.
    """

    def __init__(self, run: RunRecord):
        single = {path: value for path, value in run.parameters.items() if not layout.is_setting(path)}
        results = {path: value for path, value in single.items() if _is_result(path) and _is_number(value)}
        curves = _curves(run)
        texts = {path: curve for path, curve in run.series.items() if not curve.numeric}
        self.names = mlflow_names([*run.parameters, *curves, *texts, *run.files])
        self.start = run.started or run.ended
        self.parameters = {self.names[path]: str(value)[:PARAMETER_LENGTH] for path, value in run.settings.items()}
        self.metrics = {}
        for path, points in curves.items():
            self.metrics.update(_metric(self.names[path], points))
        for path, value in results.items():
            self.metrics.setdefault(self.names[path], [Point(0, self.start_time, float(value))])
        self.tags = self._tags(run, {path: value for path, value in single.items() if path not in results})
        self.texts = {f"{self.names[path]}.txt": _lines(curve) for path, curve in texts.items()}
        for path, value in run.settings.items():
            if len(str(value)) > PARAMETER_LENGTH:
                self.texts[f"{self.names[path]}.txt"] = str(value)

    @property
    def start_time(self) -> int:
        """When the run began, in milliseconds."""
        return round(self.start.timestamp() * 1000) if self.start else 0

    def _tags(self, run: RunRecord, single: dict) -> dict[str, str]:
        tags = {self.names[path]: value for path, value in single.items()}
        tags |= {f"tfface.original.{name}": path for path, name in self.names.items() if name != path}
        tags |= {"tfface.tags": ", ".join(run.tags), "tfface.status": run.status, "tfface.reason": run.reason}
        if commit := run.parameters.get("environment/git/commit"):
            tags["mlflow.source.git.commit"] = commit
        tags["tfface.directory"] = os.path.abspath(run.directory)
        return {name: str(value)[:TAG_LENGTH] for name, value in tags.items()}


def fingerprint(run: RunRecord) -> str:
    """Changes whenever something of the run does."""
    curves = [
        (path, len(curve), *(column[i] for i in (0, -1) for column in (curve.steps, curve.values, curve.times)))
        for path, curve in sorted(run.series.items())
        if len(curve)
    ]
    files = [(path, os.stat(file).st_size, os.stat(file).st_mtime_ns) for path, file in sorted(run.files.items())]
    everything = [run.name, run.status, run.reason, run.tags, sorted(run.parameters.items()), curves, files]
    return hashlib.sha256(json.dumps(everything, default=str).encode()).hexdigest()


def _is_result(path: str) -> bool:
    return path.partition("/")[0] in (layout.EVALUATION, layout.SUMMARY)


def _is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _curves(run: RunRecord) -> dict[str, list[tuple[float, float, float]]]:
    """Every curve of numbers as (step, time, value), those that are not finite in their places."""
    curves = {}
    for path, curve in run.series.items():
        if not curve.numeric:
            continue
        values = curve.values
        if path.endswith(layout.NONFINITE):
            path = path.removesuffix(layout.NONFINITE)
            values = [_NONFINITE.get(value, math.nan) for value in values]
        curves.setdefault(path, []).extend(zip(curve.steps, curve.times, values, strict=True))
    return {path: sorted(points, key=lambda point: point[1]) for path, points in curves.items()}


def _metric(name: str, points: list) -> dict[str, list[Point]]:
    """A metric; MLflow's steps are integers, so points at others are numbered, and their steps are a second metric."""
    times = [round(time * 1000) for _, time, _ in points]
    steps = [step for step, _, _ in points]
    values = [value for _, _, value in points]
    if all(step.is_integer() for step in steps):
        return {name: list(map(Point, map(int, steps), times, values))}
    numbers = range(len(points))
    return {name: list(map(Point, numbers, times, values)), f"{name}.step": list(map(Point, numbers, times, steps))}


def _lines(curve: Series) -> str:
    rows = zip(curve.steps, curve.times, curve.values, strict=True)
    return "".join(f"{step:g}\t{time:.3f}\t{value}\n" for step, time, value in rows)
