"""A folder with one folder of images for each identity."""

from __future__ import annotations

import os
from pathlib import Path

from ..faceset import FaceSet

SUFFIXES = {
    ".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff", ".pgm", ".ppm", ".pnm"
}  # fmt: skip


def folder(path: str | os.PathLike[str]) -> FaceSet:
    """The faces of `path/<identity>/<image>`, identities and images sorted by name.

    Files without an image's suffix, hidden files, and folders without images are passed over;
    folders inside an identity's folder are not entered.

    Args:
        path: the folder of identities.

    Raises:
        ValueError: if the folder cannot be read or has not at least two identities with images.

    Example:
        >>> faces = tfface.data.folder("faces")      # faces/anna/1.jpg, faces/bo/1.jpg, …
    """
    root = Path(path)
    keys: list[str] = []
    labels: list[int] = []
    identities: list[str] = []
    for identity in _visible(root):
        if not identity.is_dir():
            continue
        # A link that leads nowhere stays in: it is an unreadable image, which must not go unnoticed.
        images = [
            f"{identity.name}/{file.name}"
            for file in _visible(identity)
            if file.suffix.lower() in SUFFIXES and not file.is_dir()
        ]
        if images:
            keys += images
            labels += [len(identities)] * len(images)
            identities.append(identity.name)
    if len(identities) < 2:
        found = f"only {identities[0]!r}" if identities else "none"
        raise ValueError(
            f"{root}: expected a folder for each of at least two identities, with images in it; found {found}"
        )
    return FaceSet(keys, labels, identities, lambda index: (root / keys[index]).read_bytes(), str(root))


def _visible(path: Path) -> list[Path]:
    try:
        return sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise ValueError(f"{path}: cannot read the folder: {error.strerror or error}") from error
