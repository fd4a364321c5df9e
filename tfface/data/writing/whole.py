"""Files that appear when they are whole, and images that cannot be read on the way."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..faceset import FaceSet
from ..faults import ImageError, check_on_error


@contextmanager
def appearing(*paths: Path) -> Iterator[list[Path]]:
    """Gives other names to write to; they become `paths` at the end, or are removed where something went wrong."""
    parts = [path.with_name(path.name + ".part") for path in paths]
    try:
        yield parts
        for part, path in zip(parts, paths, strict=True):
            os.replace(part, path)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def encoded(faces: FaceSet, rows: Sequence[int], on_error: str) -> Iterator[tuple[int, bytes]]:
    """Row and encoded bytes of the images that can be read; warns at the end if some cannot."""
    check_on_error(on_error)
    skipped: list[str] = []
    for row in rows:
        try:
            image = faces.read(int(row))
        except ImageError as error:
            if on_error == "stop":
                raise
            skipped.append(str(error))
        else:
            yield row, image
    if skipped:
        warnings.warn(f"{faces.source}: skipped {len(skipped)} images; first: {skipped[0]}", stacklevel=3)
