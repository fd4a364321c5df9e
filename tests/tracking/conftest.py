"""Runs as the Neptune client leaves them on the disk, made by hand."""

import json
import os

import pytest

STARTED = 1_790_000_000.0


def assign(path, value, kind="String"):
    return {"type": f"Assign{kind}", "path": path.split("/"), "value": value}


def floats(path, values, steps=None, start=STARTED):
    steps = [None] * len(values) if steps is None else steps
    points = [
        {"value": value, "step": step, "ts": start + i}
        for i, (value, step) in enumerate(zip(values, steps, strict=True))
    ]
    return {"type": "LogFloats", "path": path.split("/"), "values": points}


def lines(operations, first=1):
    return [
        json.dumps({"obj": operation, "version": version, "at": STARTED + version}) + "\n"
        for version, operation in enumerate(operations, first)
    ]


class Disk:
    """Writes run directories below `folder/offline`."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *operations, pid=2**22 + 1, key="aaaaaaaa", put=None, parts=None):
        """A run; `parts` are file name -> text, instead of one file with all the operations."""
        directory = self.folder / "offline" / f"run__0000-{key}__{pid}__{key}"
        directory.mkdir(parents=True)
        written = lines(operations)
        for name, text in (parts or {"data-1.log": "".join(written)}).items():
            (directory / name).write_text(text)
        (directory / "last_put_version").write_text(str(len(written) if put is None else put))
        (directory / "metadata.json").write_text(
            json.dumps({"containerId": f"0000-{key}", "createdAt": "2026-11-21T10:00:00+00:00"})
        )
        return directory


@pytest.fixture
def disk(tmp_path):
    return Disk(tmp_path / "runs")


@pytest.fixture
def alive():
    """A process id that is alive."""
    return os.getpid()
