"""Writes runs to MLflow: what is missing there, and nothing twice."""

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from ..records import RunRecord
from .content import STATUSES, Content, Point, fingerprint
from .files import write_files
from .store import connect, experiment_id, one_line

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_RUN_ID, _STATE = "tfface.run_id", "tfface.exported"
# what one request may hold
_POINTS, _VALUES = 1000, 100


class Exported(NamedTuple):
    """What became of a run in MLflow.

    Attributes:
        run: the id of the run.
        mlflow_run: its id in MLflow.
        experiment: the id of the group it is in.
        state: `new`, `updated`, `unchanged`, or `rewritten` (MLflow cannot change what is there, so that is deleted).
        points: how many points were written.
    """

    run: str
    mlflow_run: str
    experiment: str
    state: str
    points: int


def export_mlflow(runs: Iterable[RunRecord], uri: str, experiment: str = "tfface") -> list[Exported]:
    """Writes runs to MLflow, with their steps, times and files.

    It can be repeated: a run that is there already gets what is new, and one that has not changed costs one
    question. Names that MLflow refuses (`tar@far=0.01`) are mapped, and kept in tags (`tfface.original.<name>`).
    MLflow's telemetry is off, unless the environment says otherwise.

    Args:
        runs: records from `read_runs`.
        uri: of an MLflow server (`http://…`) or database (`sqlite:///…`), or a folder for a store of its own.
        experiment: what MLflow calls the group of runs; made if need be.

    Returns:
        What became of each run.

    Raises:
        ImportError: MLflow is not installed.
        ValueError: there is no MLflow at the URI, or it refuses something.

    Example:
        >>> export_mlflow(read_runs("runs"), "http://127.0.0.1:5000")  # doctest: +SKIP
    """
    client = connect(uri)
    group = experiment_id(client, uri, experiment)
    with one_line(uri):
        return [_export(client, group, run) for run in runs]


def _export(client, experiment: str, run: RunRecord) -> Exported:
    state = fingerprint(run)
    found = _find(client, experiment, run)
    if found and found.data.tags.get(_STATE) == state:
        return Exported(run.id, found.info.run_id, experiment, "unchanged", 0)
    content = Content(run)
    missing = _missing(client, found, content) if found else content.metrics
    outcome = "updated" if found else "new"
    if missing is None:
        client.delete_run(found.info.run_id)
        found, missing, outcome = None, content.metrics, "rewritten"
    if not found:
        found = client.create_run(experiment, content.start_time, {_RUN_ID: _key(run)}, run_name=run.name)
    _write(client, found, content, missing)
    write_files(client, found.info.run_id, run, content)
    _conclude(client, found.info.run_id, run)
    client.set_tag(found.info.run_id, _STATE, state)  # the last: what was cut short is done again
    return Exported(run.id, found.info.run_id, experiment, outcome, sum(map(len, missing.values())))


def _find(client, experiment: str, run: RunRecord):
    found = client.search_runs([experiment], f"tags.\"{_RUN_ID}\" = '{_key(run)}'", max_results=1)
    return found[0] if found else None


def _key(run: RunRecord) -> str:
    """The run's id as a tag that can be searched for."""
    return run.id if _ID.fullmatch(run.id) else hashlib.sha256(run.id.encode()).hexdigest()


def _missing(client, found, content: Content) -> dict[str, list[Point]] | None:
    """The points that MLflow does not have; None if it has what the run has no longer."""
    former = found.data.params
    if any(former.get(name, value) != value for name, value in content.parameters.items()):
        return None
    missing = {}
    for name, points in content.metrics.items():
        history = client.get_metric_history(found.info.run_id, name) if name in found.data.metrics else []
        there = {Point(metric.step, metric.timestamp, metric.value).stored() for metric in history}
        if not there <= {point.stored() for point in points}:
            return None
        missing[name] = [point for point in points if point.stored() not in there]
    return missing


def _write(client, found, content: Content, missing: dict[str, list[Point]]) -> None:
    from mlflow.entities import Metric, Param, RunTag

    metrics = [
        Metric(name, point.value, point.time, point.step) for name, points in missing.items() for point in points
    ]
    for start in range(0, len(metrics), _POINTS):
        client.log_batch(found.info.run_id, metrics=metrics[start : start + _POINTS])
    params = [Param(name, text) for name, text in content.parameters.items() if name not in found.data.params]
    tags = [RunTag(name, text) for name, text in content.tags.items() if found.data.tags.get(name) != text]
    for start in range(0, max(len(params), len(tags)), _VALUES):
        part = slice(start, start + _VALUES)
        client.log_batch(found.info.run_id, params=params[part], tags=tags[part])


def _conclude(client, run_id: str, run: RunRecord) -> None:
    status = STATUSES.get(run.status, "FAILED")
    if status == "RUNNING":
        client.update_run(run_id, status=status, name=run.name)
    else:
        end = round(run.ended.timestamp() * 1000) if run.ended else None
        client.set_terminated(run_id, status, end)
