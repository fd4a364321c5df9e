"""The versions of a gallery on the disk: the newest is the one that counts, and it appears whole or not at all."""

from __future__ import annotations

import json
import os
import re
import zlib
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .segments import Damaged, Segment, write_private

FORMAT = 1
_NAME = re.compile(r"version-(\d{8})\.json")


@dataclass(frozen=True)
class Version:
    """What a gallery was at a moment.

    Attributes:
        number: counts the changes.
        written: when, ISO 8601.
        embedding_size: D.
        model: what made the embeddings, as `Gallery.create` was told; only embeddings of one model are comparable.
        threshold: `Threshold` as plain data, or None.
        segments: the files.
        forgets: whether it was written to delete somebody, so that no file of another version may stay.
    """

    number: int
    written: str
    embedding_size: int
    model: dict[str, Any]
    threshold: dict[str, Any] | None = None
    segments: tuple[Segment, ...] = ()
    forgets: bool = False

    def after(self, **changes) -> Version:
        """The version that follows this one."""
        return replace(self, **{"number": self.number + 1, "written": _now(), **changes})


def first_version(embedding_size: int, model: dict[str, Any]) -> Version:
    """Of a gallery that was made just now."""
    return Version(1, _now(), embedding_size, model)


def numbers(directory: Path) -> list[int]:
    """The versions that are there, the newest first."""
    found = (_NAME.fullmatch(path.name) for path in directory.iterdir())
    return sorted((int(match[1]) for match in found if match), reverse=True)


def read_version(directory: Path, number: int) -> Version:
    """One version.

    Raises:
        Damaged: its file is not what was written.
        ValueError: a later tfface wrote it.
    """
    path = _path(directory, number)
    try:
        document = json.loads(path.read_bytes())
        content, intact = document["content"], document["checksum"] == _checksum(document["content"])
    except (ValueError, KeyError, TypeError):
        intact = False
    if not intact:
        raise Damaged(f"{path}: not what was written")
    if document["format"] != FORMAT:
        raise ValueError(f"{path}: format {document['format']!r}, but this tfface reads format {FORMAT}")
    return Version(**{**content, "segments": tuple(Segment(*row) for row in content["segments"])})


def write_version(directory: Path, version: Version) -> None:
    """Makes a version the newest, at once for all who read."""
    content = asdict(version) | {"segments": [list(segment) for segment in version.segments]}
    document = {"format": FORMAT, "checksum": _checksum(content), "content": content}
    draft = directory / "version.draft"
    draft.unlink(missing_ok=True)  # of a writer that was killed
    write_private(draft, json.dumps(document, ensure_ascii=False, indent=1).encode())
    draft.replace(_path(directory, version.number))
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def discard_all_but(directory: Path, kept: list[int]) -> None:
    """Deletes the other versions, and every file that the kept ones do not name."""
    needed = {"lock"}
    for number in kept:
        segments = read_version(directory, number).segments
        needed |= {_path(directory, number).name}.union(*((segment.embeddings, segment.faces) for segment in segments))
    for path in directory.iterdir():
        if path.name not in needed and path.suffix in (".json", ".npy", ".draft"):
            path.unlink()


def _path(directory, number):
    return directory / f"version-{number:08d}.json"


def _checksum(content) -> int:
    return zlib.crc32(json.dumps(content, ensure_ascii=False, sort_keys=True).encode())


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
