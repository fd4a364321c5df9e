"""A comparison page that is kept up to date while runs go on."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from .compare import compare
from .records import RunRecord

# how long, in seconds, until runs are read again though no log has changed: a process may have died without a word
_AT_LEAST = 60.0


def watch(
    read: Callable[[], Sequence[RunRecord]],
    output: str | os.PathLike = "compare.html",
    every: float = 10.0,
    title: str = "Run comparison",
) -> Path:
    """Writes the page again whenever a log has grown or a run has come, until Ctrl-C.

    While it is watched, an open page loads itself anew and keeps what was chosen in it; what is written last no
    longer does.

    Args:
        read: gives the runs to show; while there are none, there is no page, or the one that was.
        output, title: as for `compare`.
        every: seconds between two looks at the logs, at the least; large logs, which take long to read, are looked
            at less often.

    Returns:
        The path of the page.
    """
    runs, seen, read_at = [], None, 0.0
    try:
        while True:
            before = time.monotonic()
            now = _snapshot(runs)
            if now != seen or not runs or before - read_at > _AT_LEAST:
                runs = read()
                if runs:
                    compare(runs, output, title, refresh=every)
                # of a log that grew while it was read, the size from before counts
                seen, read_at = {place: now.get(place, stamp) for place, stamp in _snapshot(runs).items()}, before
            took = time.monotonic() - before
            time.sleep(max(every, 4 * took))
    except KeyboardInterrupt:
        runs = read() or runs
        return compare(runs, output, title) if runs else Path(output)


def _snapshot(runs: Sequence[RunRecord]) -> dict:
    """What changes when a run is written to, or another is made beside it."""
    directories = {path for run in runs for path in run.directories or (run.directory,)}
    logs = {log for directory in directories for log in directory.glob("data-*.log")}
    folders = {path.parent for path in directories}
    return {log: _stamp(log) for log in logs} | {folder: _folders_in(folder) for folder in folders}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _folders_in(folder: Path) -> frozenset[str]:
    """Not the time of the folder: the page itself may be written into it."""
    try:
        return frozenset(path.name for path in folder.iterdir() if path.is_dir())
    except OSError:
        return frozenset()
