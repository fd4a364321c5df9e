"""Sources of faces by name: `get("folder", path="faces")`, `get("orl")`, …"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._suggest import did_you_mean
from ..faceset import FaceSet
from .arrays import arrays
from .cfp import cfp
from .identity_folder import folder
from .pairs_file import lfw, pairs_file
from .rec import rec
from .samples import digits, mnist, orl
from .tfds import tfds
from .tfrecord import tfrecord
from .verification_bin import verification_bin

bin = verification_bin  # as recipes call it

_SOURCES: dict[str, Callable[..., FaceSet]] = {
    "arrays": arrays,
    "bin": bin,
    "cfp": cfp,
    "digits": digits,
    "folder": folder,
    "lfw": lfw,
    "mnist": mnist,
    "orl": orl,
    "pairs_file": pairs_file,
    "rec": rec,
    "tfds": tfds,
    "tfrecord": tfrecord,
}

__all__ = [*_SOURCES, "get", "names", "verification_bin"]


def names() -> list[str]:
    """The names that `get` knows."""
    return list(_SOURCES)


def get(name: str, **kwargs: Any) -> FaceSet:
    """Open the source called `name` with its own arguments.

    Raises:
        ValueError: for an unknown name; the message gives the nearest names.

    Example:
        >>> get("orl")
        FaceSet('orl', 400 images, 40 identities)
    """
    if name not in _SOURCES:
        raise ValueError(f"unknown data source {name!r}, {did_you_mean(str(name), _SOURCES)}")
    return _SOURCES[name](**kwargs)
