"""Notices the files that a `ModelCheckpoint` writes."""

import glob
import os
import re
from pathlib import Path


class Checkpoints:
    """The newest file of a path as `ModelCheckpoint` takes it: `"best.keras"`, `"{epoch:02d}.keras"`; None: none.

    Raises:
        TypeError: it is no path.
    """

    def __init__(self, path: str | os.PathLike | None):
        if not isinstance(path, str | os.PathLike | None):
            raise TypeError(f"checkpoint: expected a path, got {type(path).__name__}")
        self._pattern = None if path is None else _pattern(os.fspath(path))
        self._seen = self._newest()  # there before the training

    def new(self) -> Path | None:
        """A file that was written since the last look; the latest, if there are several."""
        seen, self._seen = self._seen, self._newest()
        return self._seen[1] if self._seen and self._seen != seen else None

    def _newest(self) -> tuple[int, Path] | None:
        paths = [Path(found) for found in glob.glob(self._pattern)] if self._pattern else []
        return max(((path.stat().st_mtime_ns, path) for path in paths), default=None)


def _pattern(path: str) -> str:
    """`{epoch:02d}` stands for anything, and nothing else does."""
    return "*".join(glob.escape(part) for part in re.split(r"\{[^}]*\}", path))
