"""Replays the operations that the Neptune client wrote for one run (`data-<first version>.log`, JSON lines)."""

import json
import math
import os
from array import array
from dataclasses import dataclass, field
from datetime import datetime, timezone
from json.scanner import make_scanner
from pathlib import Path

from .disk import NONSENSE, last_put, lines, metadata, parts
from .one_point import one_point

_LARGEST = 2**62
# what `json.loads` calls, without the time it takes to get there
_decode = make_scanner(json.JSONDecoder())


class Points:
    """A series as it was written: a step is NaN where the user gave none."""

    def __init__(self, kind: type):
        self.kind = kind
        self.steps, self.times = array("d"), array("d")
        self.values = array("d") if kind is float else []

    def add(self, step: float, value: float | str, at: float):
        """The next point."""
        self.steps.append(step)
        self.values.append(value)
        self.times.append(at)


@dataclass
class Replay:
    """What a run's directory holds after all its operations."""

    directory: Path
    metadata: dict
    values: dict = field(default_factory=dict)
    series: dict[str, Points] = field(default_factory=dict)
    tags: dict[str, dict] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # names in upload_path
    references: dict[str, str] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)  # the last one of a series, as it is in the log: base64
    last_time: float = 0.0
    version: int = 0
    unknown: int = 0
    put: int = 0

    def apply(self, record: dict):
        """Applies one line of the log; raises one of `NONSENSE` if it makes no sense."""
        operation, version = record["obj"], record["version"]
        path = "/".join(operation["path"])
        path = path if path.isascii() else _text(path)
        kind = operation["type"]
        if not 0 < version < _LARGEST:
            raise ValueError("no version")
        if kind == "LogFloats":
            self._extend(path, operation["values"], float)
        elif kind in _OTHERS:
            _OTHERS[kind](self, path, operation)
        else:
            self.unknown += 1
        self.version = int(version)
        at = record.get("at")
        if at is not None and 0 < at < 1e11:
            self.last_time = float(at)

    def point(self, path: str, step: float, value: float, at: float, version: int, written: float):
        """Applies a line of the log that holds a curve's next point."""
        self._series(path, float).add(step, value, at)
        self.version, self.last_time = version, written

    def _series(self, path, kind):
        series = self.series.get(path)
        if series is None or series.kind is not kind:
            series = self.series[path] = Points(kind)
        return series

    def _extend(self, path, points, kind):
        plain, rows = float if kind is float else _text, []
        for point in points:
            step, at = point.get("step"), point["ts"]
            if not (step is None or -_LARGEST < step < _LARGEST) or not 0 <= at < 1e11:
                raise ValueError("no point in time")
            rows.append((math.nan if step is None else step, plain(point["value"]), at))
        series = self._series(path, kind)
        for step, value, at in rows:
            series.add(step, value, at)

    def _strings(self, path, operation):
        self._extend(path, operation["values"], str)

    def _assign(self, path, operation):
        value = operation["value"]
        if isinstance(value, str):
            value = _text(value)
        elif not isinstance(value, bool | int | float) or (isinstance(value, int) and abs(value) >= _LARGEST):
            raise TypeError("not a single value")
        self.values[path] = value

    def _datetime(self, path, operation):
        self.values[path] = datetime.fromtimestamp(operation["value"] / 1000, timezone.utc).isoformat()

    def _images(self, path, operation):
        before = int(self.references.get(path, "0").split()[0])
        last = operation["values"][-1]["value"]["data"]
        if not isinstance(last, str):
            raise TypeError("no image")
        self.references[path] = f"{before + len(operation['values'])} images"
        self.images[path] = last

    def _file(self, path, operation):
        self.files.pop(path, None)
        self.references.pop(path, None)
        if inside := operation.get("tmp_file_name"):
            # only the name: a log from elsewhere must not point out of its directory
            self.files[path] = os.path.basename(_text(inside))
        else:
            self.references[path] = _text(str(operation.get("file_path")))

    def _file_set(self, path, operation):
        if operation["file_globs"]:
            self.references[path] = ", ".join(_text(str(pattern)) for pattern in operation["file_globs"])

    def _add_tags(self, path, operation):
        self.tags.setdefault(path, {}).update(dict.fromkeys(_text(str(tag)) for tag in operation["values"]))

    def _remove_tags(self, path, operation):
        for tag in operation["values"]:
            self.tags.get(path, {}).pop(_text(str(tag)), None)

    def _delete(self, path, operation):
        for store in (self.values, self.series, self.tags, self.files, self.references, self.images):
            store.pop(path, None)

    def _nothing(self, path, operation):
        pass


_OTHERS = {
    **dict.fromkeys(("AssignFloat", "AssignInt", "AssignBool", "AssignString"), Replay._assign),
    "AssignDatetime": Replay._datetime,
    "LogStrings": Replay._strings,
    "LogImages": Replay._images,
    "UploadFile": Replay._file,
    "UploadFileSet": Replay._file_set,
    "AddStrings": Replay._add_tags,
    "RemoveStrings": Replay._remove_tags,
    **dict.fromkeys(
        ("DeleteAttribute", "ClearStringSet", "ClearFloatLog", "ClearStringLog", "ClearImageLog"), Replay._delete
    ),
    "ConfigFloatSeries": Replay._nothing,
}


def _text(text: str) -> str:
    """Text that can be encoded: half of a pair of surrogates, which JSON allows, becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def replay(directory: Path) -> Replay:
    """Reads one run's directory.

    A last line that was cut is left out without a word (a run that goes on, or was killed, has one); other
    lines that cannot be read, and operations of unknown types, are counted.
    """
    run = Replay(directory, metadata(directory))
    for part in parts(directory):
        for line in lines(part):
            if (found := one_point(line)) is not None:
                run.point(*found)
                continue
            try:
                record, end = _decode(line, 0)
                if end < len(line) - 1 and not line[end:].isspace():
                    raise ValueError("more than an operation")
                run.apply(record)
            except NONSENSE:
                run.unknown += line.endswith("\n") and not line.isspace()
    run.put = last_put(directory)
    return run
