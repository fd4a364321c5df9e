"""Reading runs back from the disk, without the Neptune client."""

import logging
import os
from collections import defaultdict
from pathlib import Path

from .directory import DEFAULT
from .disk import parts
from .exported import exported_runs
from .join import identity, join, start_of
from .records import RunRecord
from .replay import replay

# a folder of runs, the client's data folder, and folders that this lies in, as deep as the demo's
_LEVELS = ("*", *(f"{above}{mode}/*" for above in ("", "*/", "*/*/") for mode in ("offline", "async")))
_logger = logging.getLogger("tfface")


def read_runs(path: str | os.PathLike | None = None) -> list[RunRecord]:
    """Reads the runs below a folder, earliest first.

    Runs that are still being written, were killed, or were copied from another machine can be read. Parts of
    a resumed run (same `tfface/run_id`) are joined. Runs that neptune-exporter saved as Parquet are read too.

    Args:
        path: the folder given to `init_run`, one that holds it, or one run's own; default
            `$NEPTUNE_DATA_DIRECTORY`, then `./.neptune`.

    Raises:
        ValueError: there is no such folder.

    Example:
        >>> for run in read_runs("runs"):  # doctest: +SKIP
        ...     print(run.id, run.name, run.status, run.series["train/epoch/loss"].values[-1])
    """
    folder = Path(path or os.environ.get("NEPTUNE_DATA_DIRECTORY") or DEFAULT).expanduser()
    if not folder.is_dir():
        raise ValueError(f"path: expected a folder with runs, got {str(folder)!r}, which is not a folder")
    groups = defaultdict(list)
    for directory in _run_directories(folder):
        try:
            part = replay(directory)
        except OSError as error:
            _logger.warning("tracking: %s cannot be read (%s), left out", directory, error.strerror)
        else:
            groups[identity(part)].append(part)
    runs = [join(sorted(group, key=_by_start)) for group in groups.values()] + exported_runs(folder)
    return sorted(runs, key=lambda run: (run.started.timestamp() if run.started else 0.0, run.directory.name, run.id))


def read_again(run: RunRecord) -> RunRecord:
    """The same run as it is on the disk by now; nothing else is read."""
    return join([replay(directory) for directory in run.directories]) if run.directories else run


def _by_start(part):
    moment = start_of(part)
    return (moment.timestamp() if moment else 0.0, part.directory.name)


def _run_directories(folder: Path) -> list[Path]:
    candidates = [folder] + [path for level in _LEVELS for path in sorted(folder.glob(level)) if path.is_dir()]
    runs = [path for path in candidates if _is_run(path)]
    return list({path.name: path for path in reversed(runs)}.values())  # a copy has the name of its original


def _is_run(path: Path) -> bool:
    try:
        return bool(parts(path))
    except OSError:
        return False
