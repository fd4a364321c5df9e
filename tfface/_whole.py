"""Files that are there whole or not at all, whoever reads or writes them at the same time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Gives a file to write to, which gets its name when all of it is on the disk; otherwise nothing is left of it.

    Args:
        path: of the file.
        mode: its permissions, of which the umask takes some away: 0o600 for personal data.

    Raises:
        OSError: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(draft, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def write(path: Path, text: str, mode: int = 0o666) -> None:
    """Writes a text all at once: a browser that loads it meanwhile sees the old one or the new one.

    Raises:
        ValueError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path, mode) as file:
            file.write(text.encode())
    except OSError as error:
        raise ValueError(
            f"output: expected a file that can be written, got {str(path)!r} ({error.strerror})"
        ) from error
