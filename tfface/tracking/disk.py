"""The files of a run's directory, whatever lies there: links, pipes and devices are not read."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

_PART = re.compile(r"data-([0-9]+)\.log")
# twice the largest image that the client writes, in base64; a longer line is no operation
_LONGEST = 2**27
# what content that makes no sense raises where it is decoded or used
NONSENSE = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError, StopIteration, OSError)


def parts(directory: Path) -> list[Path]:
    """The log files of a run, in the order they were written; links and devices are none."""
    found = [(match, path) for path in directory.iterdir() if (match := _PART.fullmatch(path.name))]
    return [path for match, path in sorted(found, key=lambda pair: int(pair[0][1])) if _plain(path)]


def lines(part: Path) -> Iterator[str]:
    """The lines of a log file; of one that is longer than any operation, no more than that it was there."""
    with part.open(encoding="utf-8", errors="replace", newline="\n") as file:
        while line := file.readline(_LONGEST):
            if len(line) == _LONGEST and not line.endswith("\n"):
                while (line := file.readline(_LONGEST)) and not line.endswith("\n"):
                    pass
                line = "?\n" if line else ""
            yield line


def metadata(directory: Path) -> dict:
    """What the client noted of a run when it began; nothing where that cannot be read."""
    try:
        content = json.loads(_head(directory / "metadata.json", 2**20))
    except NONSENSE:
        return {}
    return content if isinstance(content, dict) else {}


def last_put(directory: Path) -> int:
    """How many operations were logged, on the disk or not; 0 where nobody knows."""
    try:
        put = int(_head(directory / "last_put_version", 20))
    except NONSENSE:
        return 0
    return min(max(put, 0), 2**62)


def _head(path: Path, size: int) -> str:
    """The beginning of a small file; "" for what is not a file."""
    if not _plain(path):
        return ""
    with path.open("rb") as file:
        return file.read(size).decode(errors="replace")


def _plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
