"""A set of faces by where it is."""

from __future__ import annotations

import os
from pathlib import Path

from ..data import FaceSet, folder, rec, verification_bin

_BY_ENDING = {".rec": rec, ".bin": verification_bin}


def faces_at(path: str | os.PathLike[str]) -> FaceSet:
    """The set of a path: a folder of people, an MXNet `.rec` file, or a `.bin` verification set.

    Args:
        path: where it is.

    Raises:
        ValueError: it is none of these, or cannot be read.

    Example:
        >>> faces_at("faces")
        FaceSet('faces', 2 images, 2 identities)
    """
    source = _BY_ENDING.get(Path(path).suffix.lower())
    if source is None and not Path(path).is_dir():
        raise ValueError(f"{path}: expected a folder with a folder for each person, a .rec file or a .bin file")
    return (source or folder)(path)
