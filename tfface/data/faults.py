"""What can be wrong with files of images, and how it is told."""

from __future__ import annotations

import os


class ImageError(ValueError):
    """An image that cannot be read or decoded; the message names it."""


class Damaged(ValueError):
    """A file that is torn, or not what its name says; the message says where, and its caller names the file."""


def printable(name: str) -> str:
    """A file's name as any terminal can show it: bytes that are no UTF-8 become `\\xff`, line breaks `\\n`.

    Example:
        >>> printable("anna\\udcff")
        'anna\\\\xff'
    """
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def check_on_error(on_error: str) -> None:
    """Refuses what is neither "stop" nor "skip"."""
    if on_error not in ("stop", "skip"):
        raise ValueError(f"on_error: expected 'stop' or 'skip', got {on_error!r}")


def reason(error: Exception) -> str:
    """Why a file cannot be read, in few words and without its name.

    Example:
        >>> reason(FileNotFoundError(2, "No such file or directory", "anna/1.jpg"))
        'No such file or directory'
    """
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return printable(said) or type(error).__name__


def source_name(path: str | os.PathLike[str]) -> str:
    """A path as it is told in messages."""
    return printable(os.fspath(path))
