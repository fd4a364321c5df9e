"""Writing to a run without ever stopping the training that is logged."""

import functools
import importlib
import json
import logging
import math
import re
import time
from collections.abc import Mapping, Sequence

from . import layout
from .values import flatten, scalar

_logger = logging.getLogger("tfface")


def harmless(method):
    """A method whose errors go to `self.warn(name, error)`, and no further."""

    @functools.wraps(method)
    def guarded(self, *args, **kwargs):
        try:
            return method(self, *args, **kwargs)
        except Exception as error:
            self.warn(method.__name__.strip("_"), error)
            return None

    return guarded


class RunLog:
    """Writes to a Neptune run, a handler of one, or a run of the same interface; its methods never raise.

    The first error of each kind is logged as one warning line, the others are only counted.

    Args:
        run: has `run[path]` and `stop()`, or `run[path]` and `get_root_object()` (a Neptune handler).

    Raises:
        TypeError: `run` has another interface.
    """

    def __init__(self, run):
        root = run.get_root_object() if hasattr(run, "get_root_object") else run
        if not (hasattr(run, "__getitem__") and hasattr(root, "stop")):
            raise TypeError(f"run: expected a Neptune run or handler (run[path] and stop()), got {type(run).__name__}")
        self.run, self.root = run, root
        self.errors = 0
        self._warned = set()
        self._kinds = {}

    @harmless
    def set(self, path: str, value):
        """Assigns one value, also where there was one of another type."""
        value = scalar(value)
        if self._kinds.setdefault(path, type(value)) is not type(value):
            self.run.pop(path)
            self._kinds[path] = type(value)
        self.run[path] = value

    def update(self, prefix: str, values: Mapping):
        """Assigns nested values under `prefix`."""
        for path, value in flatten(values, prefix).items():
            self.set(path, value)

    def append(self, path: str, value, step: int):
        """Adds a point to a series."""
        self.extend(path, [value], [step], [time.time()])

    @harmless
    def extend(self, path: str, values: Sequence, steps: Sequence[int], times: Sequence[float]):
        """Adds points to a series; those not finite, which Neptune drops, go to `<path>_nonfinite`."""
        values = [float(value) for value in values]
        if all(map(math.isfinite, values)):
            return self._write(path, values, list(steps), list(times))
        points = list(zip(values, steps, times, strict=True))
        finite = [point for point in points if math.isfinite(point[0])]
        strange = [(_kind(v), step, at) for v, step, at in points if not math.isfinite(v)]
        for place, found in ((path + layout.NONFINITE, strange), (path, finite)):
            self._write(place, *map(list, zip(*found, strict=True)))

    def _write(self, path, values=(), steps=(), times=()):
        if values:
            self.run[path].extend(values, steps=steps, timestamps=times)

    @harmless
    def text(self, path: str, content: str, extension: str = "txt"):
        """Stores a text as a file inside the run (strings are cut at 16384 characters)."""
        file = self._file_type()
        if file is None:
            self.run[path] = content
        else:
            self.run[path].upload(file.from_content(content, extension=extension))

    def json(self, path: str, content):
        """Stores plain data as a JSON file inside the run."""
        self.text(path, json.dumps(content), "json")

    @harmless
    def picture(self, path: str, png: bytes):
        """Stores a picture as a file inside the run, if it takes files."""
        file = self._file_type()
        if file is not None:
            self.run[path].upload(file.from_content(png, extension="png"))

    def _file_type(self):
        """What the client that the run is of calls a file, in its package `types`; None if it has none."""
        package = type(self.root).__module__
        while package:
            try:
                return importlib.import_module(f"{package}.types").File
            except (ImportError, AttributeError):
                package = package.rpartition(".")[0]
        return None

    def has(self, path: str) -> bool:
        """Whether a value was assigned to the path before."""
        try:
            return bool(self.root.exists(path))
        except Exception:
            return False

    @harmless
    def flush(self):
        """Brings what was logged to the disk (0.3 to 3 ms), where it outlives a `kill -9`."""
        try:
            self.root.wait(disk_only=True)
        except TypeError:
            self.root.wait()

    @harmless
    def stop(self):
        """Closes the run."""
        self.root.stop()

    @property
    def closed(self) -> bool:
        """Whether the run was stopped (by anyone)."""
        state = getattr(self.root, "get_state", None)
        return state is not None and state() in ("stopping", "stopped")

    def warn(self, action: str, error: Exception):
        """One warning line for the first error of a kind."""
        self.errors += 1
        kind = (action, type(error))
        if kind not in self._warned:
            self._warned.add(kind)
            _logger.warning(
                "tracking: %s failed (%s: %s); training goes on", action, type(error).__name__, first_line(error)
            )


def first_line(error: BaseException) -> str:
    """What an error says, in one line (the client frames its messages with dashes and colours)."""
    plain = (re.sub(r"\x1b\[\d+m|-{2,}", "", line).strip() for line in str(error).splitlines())
    return next(filter(None, plain), "")


def _kind(value: float) -> float:
    return 0.0 if math.isnan(value) else math.copysign(1.0, value)
