"""Which file a run's model was saved to, and what is in it."""

import hashlib
import os
from pathlib import Path

from . import layout
from .log import RunLog

_CHUNK = 2**20


def log_checkpoint(run, path: str | os.PathLike, epoch: int) -> None:
    """Logs where a checkpoint lies, its size and its SHA-256, which tells later whether it is still the same file.

    Args:
        run: a Neptune run or handler.
        path: a file, or a folder of files (a SavedModel).
        epoch: epochs completed.

    Raises:
        TypeError: `run` is no run.
        OSError: the file cannot be read.

    Example:
        >>> model.save("arcface.keras")  # doctest: +SKIP
        >>> log_checkpoint(run, "arcface.keras", epoch=20)  # doctest: +SKIP
    """
    log = run if isinstance(run, RunLog) else RunLog(run)
    digest, size = fingerprint(Path(path))
    found = {"path": str(Path(path).absolute()), "sha256": digest, "bytes": size, "epoch": epoch}
    log.update(layout.CHECKPOINT, found)


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file; of a folder, of all its files in the order of their names.

    Raises:
        OSError: it cannot be read.
    """
    digest, size = hashlib.sha256(), 0
    files = sorted(part for part in path.rglob("*") if part.is_file()) if path.is_dir() else [path]
    for file in files:
        with file.open("rb") as content:
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    return digest.hexdigest(), size
