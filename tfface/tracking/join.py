"""Parts of a run become one record: a training that was resumed goes on with its curves."""

from array import array
from datetime import datetime, timezone

from . import layout
from .records import RunRecord, Series
from .replay import Points, Replay
from .status import status_of


def identity(run: Replay) -> str:
    """What joins parts: our run id, else the client's."""
    fields = run.directory.name.split("__")
    fallback = fields[1] if len(fields) > 1 else run.directory.name
    return str(run.values.get(layout.RUN_ID) or run.metadata.get("containerId") or fallback)


def start_of(run: Replay) -> datetime | None:
    """When a part began (UTC)."""
    for text in (run.values.get(layout.STARTED), run.metadata.get("createdAt")):
        try:
            moment = datetime.fromisoformat(text)
        except (TypeError, ValueError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return None


def join(parts: list[Replay]) -> RunRecord:
    """One record of a run's parts, earliest first: later values win, later curves go on from their first step."""
    last = parts[-1]
    values, tags, files, series = {}, {}, {}, {}
    for part in parts:
        values.update(part.values)
        tags.update(part.tags.get("sys/tags", {}))
        files.update(part.files)
        for path, points in part.series.items():
            series[path] = _continued(series.get(path), points)
    status, reason = status_of(last)
    return RunRecord(
        id=identity(last),
        name=_name(values, identity(last)),
        directory=last.directory,
        status=status,
        reason=reason,
        started=start_of(parts[0]),
        ended=None if status == layout.RUNNING else _end(last),
        tags=tuple(tags),
        parameters=values,
        series={path: _series(points) for path, points in series.items()},
        files=files,
        directories=tuple(part.directory for part in parts),
        lost_operations=sum(max(part.put - part.version, 0) for part in parts),
        unknown_operations=sum(part.unknown for part in parts),
    )


def _name(values: dict, fallback: str) -> str:
    name = values.get(layout.NAME) or values.get("sys/name")
    return str(name) if name and name != "Untitled" else fallback


def _end(run: Replay) -> datetime | None:
    return datetime.fromtimestamp(run.last_time, timezone.utc) if run.last_time else start_of(run)


def _continued(earlier: Points | None, later: Points) -> Points:
    """Training goes on from a checkpoint, so what came after it in the earlier part was done again."""
    if earlier is None or earlier.kind is not later.kind:
        return later
    first = min((step for step in later.steps if step is not None), default=float("inf"))
    kept = [i for i, step in enumerate(earlier.steps) if step is None or step < first]
    joined = Points(later.kind)
    for column in ("steps", "values", "times"):
        before = getattr(earlier, column)
        setattr(joined, column, [before[i] for i in kept] + getattr(later, column))
    return joined


def _series(points: Points) -> Series:
    steps = array("d", [i if step is None else step for i, step in enumerate(points.steps)])
    values = array("d", points.values) if points.kind is float else points.values
    return Series(steps, values, array("d", points.times))
