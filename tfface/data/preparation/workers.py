"""Many photographs at once, each process with a detector of its own."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

from ..detection import Detector
from .examine import Finding, Wanted, examine

_of_process: dict = {}  # of a worker: what `examine` is given with every photograph
_AHEAD = 4  # photographs for each process that are handed out before one is done


def findings(
    tasks: Sequence[tuple[str, Path]],
    photos: Path,
    detector: Callable[[], Detector],
    wanted: Wanted,
    processes: int,
) -> Iterator[Finding]:
    """Examines photographs (key, where its face is written), in whatever order they are done.

    Raises:
        ChildProcessError: if a process died.
    """
    if processes == 1 or len(tasks) == 1:
        detect = detector()
        yield from (examine(photos, key, target, detect, wanted) for key, target in tasks)
        return
    context = multiprocessing.get_context("spawn")  # TensorFlow does not survive a fork
    pool = ProcessPoolExecutor(min(processes, len(tasks)), context, _start, (photos, detector, wanted))
    waiting, rest = set(), iter(tasks)
    try:
        while True:
            waiting |= {pool.submit(_do, *task) for task in itertools.islice(rest, _AHEAD * processes - len(waiting))}
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    except BrokenProcessPool as error:
        raise ChildProcessError("a process died, perhaps for want of memory; run again to continue") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start(photos: Path, detector: Callable[[], Detector], wanted: Wanted) -> None:
    """Makes the detector of a process, which ends when its parent does, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):  # the processes share the cores already
        os.environ.setdefault(name, "1")
    with _quiet():
        _of_process.update(photos=photos, detect=detector(), wanted=wanted)


def _do(key: str, target: Path) -> Finding:
    return examine(key=key, target=target, **_of_process)


def _end_with_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)


@contextmanager
def _quiet():
    """No stderr while TensorFlow's libraries are loaded, which write there before they read any setting."""
    if os.environ.get("TFFACE_DEBUG"):
        yield
        return
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
