"""Tags that were given to a run after it was logged: a small file of their own in the run's directory.

The log is the Neptune client's, which may still be writing it, and which `neptune sync` sends as it is.
"""

import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_FILE = "tfface-tags.json"
_LARGEST = 2**20


@dataclass(frozen=True)
class Edits:
    """Tags added and tags removed."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def then(self, later: "Edits") -> "Edits":
        """These edits and then later ones, as one."""
        return Edits(
            tuple(tag for tag in dict.fromkeys(self.add + later.add) if tag not in later.remove),
            tuple(tag for tag in dict.fromkeys(self.remove + later.remove) if tag not in later.add),
        )

    def apply(self, tags: Iterable[str]) -> tuple[str, ...]:
        """The tags that result."""
        return tuple(tag for tag in dict.fromkeys((*tags, *self.add)) if tag not in self.remove)


def read_edits(directory: Path) -> Edits:
    """The edits in a run's directory; none where there are none, or the file makes no sense."""
    file = directory / _FILE
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > _LARGEST:
            return Edits()
        content = json.loads(file.read_text(encoding="utf-8", errors="replace"))
        return Edits(_strings(content["add"]), _strings(content["remove"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Edits()


def write_edits(directory: Path, edits: Edits) -> None:
    """Replaces the edits in a run's directory, at once: whatever happens, the old or the new ones are there."""
    descriptor, name = tempfile.mkstemp(dir=directory, prefix=_FILE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"add": edits.add, "remove": edits.remove}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, directory / _FILE)
    except BaseException:
        os.unlink(name)
        raise


def tag_run(run, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
    """Gives tags to a run, or takes tags from it, at any time: also while it goes on.

    They lie in a file of their own beside the run's log, which stays as the client wrote it. `read_runs`, the
    comparison page and MLflow get them; `neptune sync` sends the tags of the log only.

    Args:
        run: a record from `read_runs`.
        add: tags to give.
        remove: tags to take.

    Raises:
        ValueError: a tag is empty or both added and removed, or the run is an export, which is not changed.

    Example:
        >>> for run in read_runs("runs"):  # doctest: +SKIP
        ...     tag_run(run, add=["seen"])
    """
    new = Edits(tuple(add), tuple(remove))
    for tag in new.add + new.remove:
        if not isinstance(tag, str) or not tag.strip():
            raise ValueError(f"tags: expected text, got {tag!r}")
    if both := set(new.add) & set(new.remove):
        raise ValueError(f"tags: {', '.join(map(repr, sorted(both)))} cannot be added and removed at once")
    if not run.directories:
        raise ValueError(f"run {run.id!r} is an export, which is not changed")
    latest = run.directories[-1]
    write_edits(latest, read_edits(latest).then(new))


def _strings(values) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("not a list of strings")
    return tuple(value.encode("utf-8", "replace").decode() for value in values)
