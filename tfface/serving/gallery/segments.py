"""A segment of a gallery: faces that were written together, their embeddings in one file, who they are in another."""

from __future__ import annotations

import io
import json
import os
import uuid
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

_BLOCK = 2**24  # bytes whose checksum is computed at a time


class Damaged(ValueError):
    """A file of the gallery is missing or is not what was written."""


class Face(NamedTuple):
    """Who an embedding is of, and where it came from.

    Attributes:
        name: the person.
        source: the photograph, as it was called when it was enrolled.
        enrolled: the day, `2026-01-31`.
    """

    name: str
    source: str
    enrolled: str


class Segment(NamedTuple):
    """What a version says of a segment: its two files, the crc32 of each, and how many faces they hold."""

    embeddings: str
    faces: str
    checksums: tuple[int, int]
    count: int


class Faces(NamedTuple):
    """Embeddings (N, D) at length 1 in float32 and who they are of, the faces of a person side by side."""

    embeddings: np.ndarray
    faces: list[Face]

    def where(self, keep: np.ndarray) -> Faces:
        """Those under a mask (N,)."""
        return Faces(self.embeddings[keep], [face for face, kept in zip(self.faces, keep, strict=True) if kept])


def join(parts: Sequence[Faces]) -> Faces:
    """All of some parts, sorted by name."""
    faces = [face for part in parts for face in part.faces]
    order = sorted(range(len(faces)), key=lambda index: faces[index].name)
    return Faces(np.concatenate([part.embeddings for part in parts])[order], [faces[index] for index in order])


def write_segment(directory: Path, written: Faces) -> Segment:
    """Brings faces to the disk: a `.npy` of float32 (N, D), and a `.json` of one list for each column."""
    array = io.BytesIO()
    np.save(array, np.ascontiguousarray(written.embeddings, np.float32), allow_pickle=False)
    columns = dict(zip(Face._fields, zip(*written.faces, strict=True), strict=True))
    contents = array.getbuffer(), json.dumps(columns, ensure_ascii=False).encode()
    name = uuid.uuid4().hex[:16]
    files = f"{name}.npy", f"{name}.json"
    for file, content in zip(files, contents, strict=True):
        write_private(directory / file, content)
    return Segment(*files, tuple(map(zlib.crc32, contents)), len(written.faces))


def read_segment(directory: Path, segment: Segment) -> Faces:
    """The faces of a segment; their embeddings stay in the file, mapped into memory.

    Raises:
        Damaged: a file is missing, cut or changed.
    """
    paths = [directory / file for file in (segment.embeddings, segment.faces)]
    for path, checksum in zip(paths, segment.checksums, strict=True):
        if _checksum(path) != checksum:
            raise Damaged(f"{path}: not what was written (its checksum differs)")
    embeddings = np.load(paths[0], mmap_mode="r", allow_pickle=False)
    columns = json.loads(paths[1].read_bytes())
    return Faces(embeddings, list(map(Face._make, zip(*columns.values(), strict=True))))


def write_private(path: Path, content) -> None:
    """Writes a file that its owner alone can read, and waits until it is on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _checksum(path: Path) -> int:
    checksum = 0
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                checksum = zlib.crc32(block, checksum)
    except FileNotFoundError:
        raise Damaged(f"{path}: the file is missing") from None
    return checksum
