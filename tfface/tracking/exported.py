"""Runs that neptune-exporter saved from Neptune's servers before they were shut down (Parquet, and files beside it).

`<exports>/data/<project>/<run>_part_<n>.parquet` has one row for each value or point, with the columns `run_id`,
`attribute_path`, `attribute_type`, `step`, `timestamp` and one column for each type of value. Files lie in
`<exports>/files/<project>/`, where the column `file_value` says.
"""

import logging
import os
import re
from array import array
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from .._extras import require
from .join import join
from .records import RunRecord
from .replay import Points, Replay

_PART = re.compile(r"(?P<run>.+)_part_(?P<number>[0-9]+)\.parquet")
_LEVELS = ("", "*/", "data/*/", "*/data/*/")
_COLUMNS = ["run_id", "attribute_path", "attribute_type", "step", "timestamp", "file_value"]
_SINGLE = ("int", "float", "string", "bool", "datetime")
_logger = logging.getLogger("tfface")


def exported_runs(folder: Path) -> list[RunRecord]:
    """The exported runs below a folder; what cannot be read is left out, with a warning."""
    groups = defaultdict(list)
    for level in _LEVELS:
        for file in folder.glob(f"{level}*_part_*.parquet"):
            if (match := _PART.fullmatch(file.name)) and file.is_file():
                groups[file.parent, match["run"]].append((int(match["number"]), file))
    runs = []
    for (project, name), files in sorted(groups.items()):
        try:
            runs += _read(project, [file for _, file in sorted(files)])
        except ImportError as error:
            _logger.warning("tracking: the exports in %s are left out: %s", folder, error)
            break
        except Exception as error:  # whatever a library makes of a file that is not what its name says
            _logger.warning("tracking: the export %s cannot be read (%s), left out", project / name, error)
    return runs


def _read(project: Path, files: list[Path]) -> list[RunRecord]:
    parquet = require("pyarrow.parquet", extra="parquet")
    known = set(parquet.read_schema(files[0]).names)
    if not known.issuperset(_COLUMNS):
        return []  # somebody else's file
    columns = _COLUMNS + [f"{kind}_value" for kind in (*_SINGLE, "string_set") if f"{kind}_value" in known]
    table = parquet.read_table(files, columns=columns)
    compute = require("pyarrow.compute", extra="parquet")
    names = table["run_id"].unique().to_pylist()
    return [_record(project, str(name), table.filter(compute.equal(table["run_id"], name)), compute) for name in names]


def _record(project: Path, name: str, table, compute) -> RunRecord:
    def rows(*kinds):
        mask = np.isin(np.asarray(table["attribute_type"].to_pylist(), dtype=object), kinds)
        return table.filter(mask)

    run = Replay(project, {"containerId": name}, version=1, put=1)
    for kind in _SINGLE:
        part = rows(kind)
        if part.num_rows:
            paths, values = part["attribute_path"].to_pylist(), part[f"{kind}_value"].to_pylist()
            run.values.update((path, _plain(value)) for path, value in zip(paths, values, strict=True))
    for row in rows("string_set").to_pylist():
        run.tags[row["attribute_path"]] = dict.fromkeys(row["string_set_value"] or ())
    for kind, column in (("float", "float_value"), ("string", "string_value")):
        run.series.update(_series(rows(f"{kind}_series"), column, float if kind == "float" else str))
    times = compute.max(table["timestamp"]).as_py()
    run.last_time = times.timestamp() if times else 0.0
    run.metadata["createdAt"] = run.values.get("sys/creation_time")
    files, run.references = _files(project, rows("file", "file_series", "file_set", "artifact").to_pylist())
    return replace(join([run]), files=files, directories=())


def _plain(value):
    return value.isoformat() if isinstance(value, datetime) else value


def _series(table, column: str, kind: type) -> dict[str, Points]:
    if not table.num_rows:
        return {}
    paths = table["attribute_path"].combine_chunks().dictionary_encode()
    codes = paths.indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    milliseconds = require("pyarrow", extra="parquet").timestamp("ms", tz="UTC")
    steps = table["step"].cast("float64").to_numpy()[order]
    times = table["timestamp"].cast(milliseconds).cast("int64").fill_null(0).to_numpy()[order] / 1000
    values = table[column].to_numpy()[order]
    found = {}
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(codes)], strict=True):
        points = Points(kind)
        points.steps, points.times = (array("d", column[start:end].tobytes()) for column in (steps, times))
        points.values = array("d", values[start:end].tobytes()) if kind is float else list(map(str, values[start:end]))
        found[paths.dictionary[int(codes[order[start]])].as_py()] = points
    return found


def _files(project: Path, rows: list[dict]) -> tuple[dict[str, str], dict[str, str]]:
    root = os.path.realpath(project.parent.parent / "files" / project.name)
    files, references = {}, {}
    for row in rows:
        path = row["attribute_path"]
        if row["step"] is not None:
            path = f"{path}/{row['step'].normalize():f}"
        name = (row["file_value"] or {}).get("path") or ""
        file = os.path.realpath(os.path.join(root, name))
        if os.path.isfile(file) and os.path.commonpath([root, file]) == root:
            files[path] = file
        else:
            references[path] = f"{name} (not among the exported files)"
    return files, references
