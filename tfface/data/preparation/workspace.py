"""What is done already, kept so that a run that was killed at any moment can be continued."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from ..faults import source_name
from .examine import Finding, stamp

REPORT = "report.csv"
_FOLDER, _SETTINGS, _JOURNAL = ".prepare", "settings.json", "journal.jsonl"


class Workspace:
    """A folder within the output: settings, a line for each photograph that is done, and the faces found.

    A face is written whole before its line is, and a line that is torn does not count.

    Args:
        out: where the prepared set will be.
        photos: where the photographs are.
        settings: what must be the same to continue.

    Raises:
        ValueError: if `out` holds something else, a prepared set that is finished, or one begun in another way.
    """

    def __init__(self, out: Path, photos: Path, settings: dict):
        self._folder = out / _FOLDER
        self._faces = self._folder / "faces"
        settings = {"photos": os.fspath(photos.resolve()), **settings}
        if not self._folder.exists():
            _check_new(out)
            self._folder.mkdir(parents=True)
        elif former := _read(self._folder / _SETTINGS):
            _check_same(out, former, settings)
        part = self._folder / f"{_SETTINGS}.part"
        part.write_text(json.dumps(settings))
        os.replace(part, self._folder / _SETTINGS)
        self._journal = open(self._folder / _JOURNAL, "a", encoding="ascii")  # noqa: SIM115

    def done(self, photos: Path, keys: Sequence[str]) -> dict[str, Finding]:
        """The findings of earlier runs about photographs that have not changed since."""
        wanted = set(keys)
        found = {}
        for line in (self._folder / _JOURNAL).read_text(encoding="ascii", errors="replace").split("\n")[:-1]:
            try:
                finding = Finding(**json.loads(line))
            except (ValueError, TypeError):
                continue
            if finding.key in wanted and finding.stamp == stamp(photos / finding.key):
                found[finding.key] = finding
        return found

    def note(self, finding: Finding) -> None:
        """Remembers a finding."""
        self._journal.write("\n" + json.dumps(finding.to_dict()) + "\n")  # begins anew behind a torn line
        self._journal.flush()

    def face(self, key: str) -> Path:
        """Where the face of a photograph is."""
        return self._faces / f"{key}.jpg"

    def remove(self) -> None:
        """Ends the work: there is nothing to continue."""
        self._journal.close()
        shutil.rmtree(self._folder)

    def close(self) -> None:
        """Leaves what there is for another run."""
        self._journal.close()


def _read(path: Path) -> dict:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}  # killed before anything was done


def _check_new(out: Path) -> None:
    if (out / REPORT).exists():
        raise ValueError(f"{source_name(out)}: a set was prepared there before ({REPORT}); give another folder")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"{source_name(out)}: expected a new or empty folder")


def _check_same(out: Path, former: dict, settings: dict) -> None:
    changed = [name for name in settings if former.get(name) != settings[name]]
    if changed:
        said = ", ".join(f"{name} was {former.get(name)!r}, is {settings[name]!r}" for name in changed)
        raise ValueError(f"{source_name(out)}: begun in another way ({said}); continue as it was begun, or remove it")
