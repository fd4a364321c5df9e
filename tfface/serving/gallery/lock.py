"""One writer at a time: a lock that the system gives back whatever becomes of its holder."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def writing(directory: Path, wait: float) -> Iterator[None]:
    """Holds the directory's lock.

    Args:
        directory: of the gallery.
        wait: seconds to wait for another writer.

    Raises:
        ValueError: another process still holds it; the message names that process.
    """
    handle = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(handle, directory, wait)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _acquire(handle, directory, wait):
    end = time.monotonic() + wait
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
                raise ValueError(
                    f"{directory}: another process is writing (process {holder}); nothing was changed, try again"
                ) from None
        time.sleep(0.05)
