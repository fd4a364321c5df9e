"""Reads and changes what a gallery has on the disk: a change appears at once and whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from .lock import writing
from .segments import Damaged, Faces, join, read_segment, write_segment
from .versions import Version, discard_all_but, numbers, read_version, write_version

_SEGMENTS = 16  # with more of them, the smaller half is joined


class Content(NamedTuple):
    """A version, and the faces of each of its segments."""

    version: Version
    parts: tuple[Faces, ...]


def read(path: Path, number: int | None = None) -> Content:
    """A version of the gallery, the newest where `number` is None.

    Raises:
        ValueError: there is none, or a file of it is not what was written; the message names the file.
    """
    while True:
        there = numbers(path) if path.is_dir() else []
        if not there:
            raise ValueError(f"{path}: no gallery here")
        if number is not None and number not in there:
            raise ValueError(f"version: {path} has {', '.join(map(str, there))}, got {number!r}")
        try:
            return _read(path, there[0] if number is None else number)
        except (Damaged, FileNotFoundError) as error:
            if number is None and numbers(path)[0] != there[0]:
                continue  # it was replaced while we read
            raise Damaged(f"{error}{_advice(path, there[1:] if number is None else [])}") from error


def change(
    path: Path, apply: Callable[[tuple[Faces, ...]], Sequence[Faces]], wait: float, forget: bool = False, **fields
) -> Content:
    """Writes the version that follows the newest one.

    Args:
        path: of the gallery.
        apply: of the parts that are there it makes those that shall be; parts it passes on are not written again.
        wait: seconds to wait for another writer.
        forget: keep no file of the version before.
        fields: of `Version`, what else changes.
    """
    with writing(path, wait):
        before = read(path)
        if before.version.forgets:  # whoever wrote it may have been killed before he could delete
            discard_all_but(path, [before.version.number])
        known = dict(zip(map(id, before.parts), before.version.segments, strict=True))
        parts = _fewer([part for part in apply(before.parts) if part.faces])
        segments = tuple(known.get(id(part)) or write_segment(path, part) for part in parts)
        version = before.version.after(segments=segments, forgets=forget, **fields)
        write_version(path, version)
        discard_all_but(path, [version.number] if forget else [version.number, before.version.number])
    return Content(version, tuple(parts))


def restore(path: Path, number: int, wait: float) -> Content:
    """Makes an older version the newest one; those after it are deleted."""
    with writing(path, wait):
        old = read(path, number)
        version = old.version.after(number=numbers(path)[0] + 1)
        write_version(path, version)
        discard_all_but(path, [version.number])
    return Content(version, old.parts)


def _read(path, number):
    version = read_version(path, number)
    return Content(version, tuple(read_segment(path, segment) for segment in version.segments))


def _fewer(parts):
    if len(parts) <= _SEGMENTS:
        return parts
    parts = sorted(parts, key=lambda part: len(part.faces), reverse=True)
    return [*parts[: _SEGMENTS // 2], join(parts[_SEGMENTS // 2 :])]


def _advice(path, older):
    """Which version is whole, after one that is not."""
    for number in older:
        try:
            written = _read(path, number).version.written
        except (Damaged, FileNotFoundError):
            continue
        return (
            f"; version {number} of {written} is whole: `tfface gallery restore {path} --version {number}`, in Python "
            f"Gallery(path, version={number}).restore(), goes back to it"
        )
    return "; no other version is whole"
