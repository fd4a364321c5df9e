"""Replays the operations that the Neptune client wrote for one run (`data-<first version>.log`, JSON lines)."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

_PART = re.compile(r"data-(\d+)\.log")
_decode = json.JSONDecoder().decode


@dataclass
class Points:
    """A series as it was written: a step is None where the user gave none."""

    kind: type
    steps: list = field(default_factory=list)
    values: list = field(default_factory=list)
    times: list = field(default_factory=list)


@dataclass
class Replay:
    """What a run's directory holds after all its operations."""

    directory: Path
    metadata: dict
    values: dict = field(default_factory=dict)
    series: dict[str, Points] = field(default_factory=dict)
    tags: dict[str, dict] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    last_time: float = 0.0
    version: int = 0
    unknown: int = 0
    put: int = 0

    def apply(self, record: dict):
        """Applies one line of the log; raises KeyError, TypeError or ValueError if it makes no sense."""
        operation, self.version = record["obj"], int(record["version"])
        self.last_time = float(record.get("at") or self.last_time)
        path = "/".join(operation["path"])
        kind = operation["type"]
        if kind == "LogFloats":
            self._extend(path, operation["values"], float)
        elif kind in _OTHERS:
            _OTHERS[kind](self, path, operation)
        else:
            self.unknown += 1

    def _extend(self, path, points, kind):
        rows = [(point.get("step"), kind(point["value"]), float(point["ts"])) for point in points]
        series = self.series.get(path)
        if series is None or series.kind is not kind:
            series = self.series[path] = Points(kind)
        for step, value, at in rows:
            series.steps.append(step if step is None else float(step))
            series.values.append(value)
            series.times.append(at)

    def _assign(self, path, operation):
        value = operation["value"]
        if not isinstance(value, bool | int | float | str):
            raise TypeError("not a single value")
        self.values[path] = value

    def _strings(self, path, operation):
        self._extend(path, operation["values"], str)

    def _clear(self, path, operation):
        self.series.pop(path, None)

    def _images(self, path, operation):
        before = int(self.files.get(path, "0").split()[0])
        self.files[path] = f"{before + len(operation['values'])} images"

    def _file(self, path, operation):
        inside = operation.get("tmp_file_name")
        # only the name: a log from elsewhere must not point out of its directory
        location = self.directory / "upload_path" / Path(inside).name if inside else operation.get("file_path")
        self.files[path] = str(location)

    def _file_set(self, path, operation):
        if operation["file_globs"]:
            self.files[path] = ", ".join(map(str, operation["file_globs"]))

    def _add_tags(self, path, operation):
        self.tags.setdefault(path, {}).update(dict.fromkeys(map(str, operation["values"])))

    def _remove_tags(self, path, operation):
        for tag in operation["values"]:
            self.tags.get(path, {}).pop(str(tag), None)

    def _clear_tags(self, path, operation):
        self.tags.pop(path, None)

    def _delete(self, path, operation):
        for store in (self.values, self.series, self.tags, self.files):
            store.pop(path, None)

    def _nothing(self, path, operation):
        pass


_OTHERS = {
    **dict.fromkeys(("AssignFloat", "AssignInt", "AssignBool", "AssignString", "AssignDatetime"), Replay._assign),
    "LogStrings": Replay._strings,
    "LogImages": Replay._images,
    **dict.fromkeys(("ClearFloatLog", "ClearStringLog", "ClearImageLog"), Replay._clear),
    "UploadFile": Replay._file,
    "UploadFileSet": Replay._file_set,
    "AddStrings": Replay._add_tags,
    "RemoveStrings": Replay._remove_tags,
    "ClearStringSet": Replay._clear_tags,
    "DeleteAttribute": Replay._delete,
    "ConfigFloatSeries": Replay._nothing,
}


def replay(directory: Path) -> Replay:
    """Reads one run's directory.

    A last line that was cut is left out without a word (a run that goes on, or was killed, has one); other
    lines that cannot be read, and operations of unknown types, are counted.
    """
    run = Replay(directory, _metadata(directory))
    for part in parts(directory):
        with part.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    run.apply(_decode(line))
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    run.unknown += line.endswith("\n") and not line.isspace()
    run.put = _last_put(directory)
    return run


def parts(directory: Path) -> list[Path]:
    """The log files of a run, in the order they were written."""
    found = [(match, path) for path in directory.iterdir() if (match := _PART.fullmatch(path.name))]
    return [path for match, path in sorted(found, key=lambda pair: int(pair[0][1]))]


def _metadata(directory: Path) -> dict:
    try:
        content = json.loads((directory / "metadata.json").read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _last_put(directory: Path) -> int:
    try:
        return int((directory / "last_put_version").read_text())
    except (OSError, ValueError):
        return 0
