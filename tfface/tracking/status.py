"""How a run ended, or whether it still goes on."""

import socket
import time
from pathlib import Path

from . import layout
from .replay import Replay

# a run on another machine is taken for alive this long after it last wrote something
_SILENCE = 600.0


def status_of(run: Replay) -> tuple[str, str]:
    """Status and reason, from what the callback wrote, what the client wrote, and whether the process lives."""
    recorded = run.values.get(layout.STATUS)
    reason = str(run.values.get(layout.REASON, ""))
    if recorded in layout.FINAL_STATUSES and recorded != layout.FINISHED:
        return recorded, reason
    if run.values.get("sys/failed") is True:
        last = _traceback(run)
        return (layout.INTERRUPTED if "KeyboardInterrupt" in last else layout.FAILED), last or reason
    if recorded == layout.FINISHED:
        return recorded, reason
    if _alive(run) and not (recorded is None and _closed(run)):
        return layout.RUNNING, reason
    lost = max(run.put - run.version, 0)
    if recorded is None and not lost and run.version:
        return layout.FINISHED, reason
    return layout.CRASHED, f"the process ended without a word; {lost} operations did not reach the disk"


def _traceback(run: Replay) -> str:
    for path, points in run.series.items():
        if points.kind is str and path.startswith("monitoring/") and path.endswith("/traceback"):
            lines = [line.strip() for line in points.values if line.strip()]
            return lines[-1][:300] if lines else ""
    return ""


def _alive(run: Replay) -> bool:
    host = run.values.get("sys/hostname")
    if host and host != socket.gethostname():
        return time.time() - run.last_time < _SILENCE
    fields = run.directory.name.split("__")
    if len(fields) != 4 or not fields[2].isdecimal():
        return False
    return _lives(int(fields[2]), born_before=run.last_time)


def _closed(run: Replay) -> bool:
    """Whether its living process has closed the log, as the client does when a run is stopped."""
    import psutil

    try:
        held = psutil.Process(int(run.directory.name.split("__")[2])).open_files()
    except (psutil.Error, ValueError, IndexError):
        return False
    return not any(Path(file.path).parent == run.directory.resolve() for file in held)


def _lives(pid: int, born_before: float) -> bool:
    import psutil  # comes with the neptune client

    try:
        process = psutil.Process(pid)
        # the number may belong to another process by now
        return process.create_time() <= born_before + 1 and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, OverflowError):
        return False
