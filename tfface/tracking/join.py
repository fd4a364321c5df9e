"""Parts of a run become one record: a training that was resumed goes on with its curves."""

import math
import os
from array import array
from datetime import datetime, timezone

from . import layout
from .records import RunRecord, Series
from .replay import Points, Replay
from .status import status_of
from .tags import Edits, read_edits


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
        if 1970 < moment.year < 9999:  # what any time zone can show
            return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return None


def join(parts: list[Replay]) -> RunRecord:
    """One record of a run's parts, earliest first: later values win, later curves go on from their first step."""
    last = parts[-1]
    values, tags, files, references, images, series = {}, {}, {}, {}, {}, {}
    edits = Edits()
    for part in parts:
        values.update(part.values)
        tags.update(part.tags.get("sys/tags", {}))
        edits = edits.then(read_edits(part.directory))
        kept, named = _files(part)
        files.update(kept)
        references.update(named)
        images.update(part.images)
        for path, points in part.series.items():
            follow = _counted_on if path.startswith(f"{layout.VALIDATION_BATCH}/") else _continued
            series[path] = follow(series.get(path), points)
    status, reason = status_of(last)
    return RunRecord(
        id=identity(last),
        name=_name(values, identity(last)),
        directory=last.directory,
        status=status,
        reason=reason,
        started=start_of(parts[0]),
        ended=None if status == layout.RUNNING else _end(last),
        tags=edits.apply(tags),
        parameters=values,
        series={path: _series(points) for path, points in series.items()},
        files=files,
        references={path: text for path, text in references.items() if path not in files},
        images=images,
        directories=tuple(part.directory for part in parts),
        lost_operations=sum(max(part.put - part.version, 0) for part in parts),
        unknown_operations=sum(part.unknown for part in parts),
    )


def _name(values: dict, fallback: str) -> str:
    name = values.get(layout.NAME) or values.get("sys/name")
    return str(name) if name and name != "Untitled" else fallback


def _end(run: Replay) -> datetime | None:
    return datetime.fromtimestamp(run.last_time, timezone.utc) if run.last_time else start_of(run)


def _files(run: Replay) -> tuple[dict[str, str], dict[str, str]]:
    """Where the files are that lie in a run's own directory, and what is known of the others."""
    folder = os.path.join(os.path.realpath(run.directory), "upload_path")
    files, references = {}, dict(run.references)
    for path, name in run.files.items():
        file = os.path.join(folder, name)
        # a link could lead anywhere, and what a run holds is shown and handed on
        if os.path.isfile(file) and os.path.dirname(os.path.realpath(file)) == folder:
            files[path] = os.path.join(os.path.abspath(run.directory), "upload_path", name)
        else:
            references[path] = f"{name} (not in the run's directory)"
    return files, references


def _continued(earlier: Points | None, later: Points) -> Points:
    """Training goes on from a checkpoint, so what came after it in the earlier part was done again."""
    if earlier is None or earlier.kind is not later.kind:
        return later
    first = min((step for step in later.steps if not math.isnan(step)), default=math.inf)
    joined = Points(later.kind)
    for step, value, at in zip(earlier.steps, earlier.values, earlier.times, strict=True):
        if not step >= first:  # one that has no step is kept
            joined.steps.append(step)
            joined.values.append(value)
            joined.times.append(at)
    for column in ("steps", "values", "times"):
        getattr(joined, column).extend(getattr(later, column))
    return joined


def _counted_on(earlier: Points | None, later: Points) -> Points:
    """Steps that only count what was done, and begin at 1 in each part, go on."""
    if earlier is None or earlier.kind is not later.kind:
        return later
    done = max((step for step in earlier.steps if not math.isnan(step)), default=0.0)
    joined = Points(later.kind)
    joined.steps = earlier.steps + array("d", [done + step for step in later.steps])
    joined.values, joined.times = earlier.values + later.values, earlier.times + later.times
    return joined


def _series(points: Points) -> Series:
    steps = points.steps
    if any(map(math.isnan, steps)):
        steps = array("d", [i if math.isnan(step) else step for i, step in enumerate(steps)])
    return Series(steps, points.values, points.times)
