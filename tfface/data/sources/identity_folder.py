"""A folder with one folder of images for each identity."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

from ..faceset import FaceSet
from ..faults import check_on_error, printable, reason, source_name

SUFFIXES = {
    ".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff", ".pgm", ".ppm", ".pnm"
}  # fmt: skip


def folder(path: str | os.PathLike[str], on_error: str = "stop") -> FaceSet:
    """The faces of `path/<identity>/<image>`, identities and images sorted by name.

    Files without an image's suffix, hidden files, and folders without images are passed over;
    folders inside an identity's folder are not entered.

    Args:
        path: the folder of identities.
        on_error: what to do with an identity whose folder cannot be read: `"stop"`, or `"skip"`, which leaves it out,
            warns with the number of them, and lists them in the set's `skipped`.

    Raises:
        ValueError: if the folder cannot be read or has not at least two identities with images.

    Example:
        >>> faces = tfface.data.folder("faces")      # faces/anna/1.jpg, faces/bo/1.jpg, …
    """
    check_on_error(on_error)
    root = Path(path)
    keys: list[str] = []
    labels: list[int] = []
    identities: list[str] = []
    skipped: list[str] = []
    for identity in subfolders(root):
        try:
            images = image_files(root / identity)
        except ValueError as error:
            if on_error == "stop":
                raise
            skipped.append(str(error))
            continue
        if images:
            keys += [f"{identity}/{name}" for name in images]
            labels += [len(identities)] * len(images)
            identities.append(identity)
    if len(identities) < 2:
        found = f"only {printable(identities[0])!r}" if identities else "none"
        raise ValueError(
            f"{source_name(root)}: expected a folder for each of at least two identities, "
            f"with images in it; found {found}{f'; {skipped[0]}' if skipped else ''}"
        )
    if skipped:
        warnings.warn(f"{source_name(root)}: skipped {len(skipped)} folders; first: {skipped[0]}", stacklevel=2)
    return FaceSet(
        keys, labels, identities, lambda index: _content(f"{root}/{keys[index]}"), source_name(root), skipped
    )


def _content(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # in half the time of `Path.read_bytes`
        return file.readall()


def subfolders(path: Path) -> list[str]:
    """The names of the folders in a folder, sorted, hidden ones left out.

    Raises:
        ValueError: if the folder cannot be read.
    """
    return [entry.name for entry in _visible(path) if _is_folder(entry)]


def image_files(path: Path) -> list[str]:
    """The names of the images in a folder, sorted.

    A link that leads nowhere stays in: it is an unreadable image, which must not go unnoticed.

    Raises:
        ValueError: if the folder cannot be read.
    """
    return [
        entry.name
        for entry in _visible(path)
        if os.path.splitext(entry.name)[1].lower() in SUFFIXES and not _is_folder(entry)
    ]


def _visible(path: Path) -> list[os.DirEntry]:
    try:
        with os.scandir(path) as entries:
            return sorted((e for e in entries if not e.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as error:
        raise ValueError(f"{source_name(path)}: cannot read the folder: {reason(error)}") from error


def _is_folder(entry: os.DirEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False
