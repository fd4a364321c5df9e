"""Runs that neptune-exporter saved are read like our own."""

import logging
import sys
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from tfface.tracking import compare, read_runs, remove_run, tag_run, to_pandas

pyarrow = pytest.importorskip("pyarrow", reason='reading Parquet needs pip install "tfface[parquet]"')
parquet = pytest.importorskip("pyarrow.parquet")

CREATED = datetime(2026, 2, 1, 10, tzinfo=timezone.utc)
# the columns of neptune-exporter
SCHEMA = pyarrow.schema(
    [
        ("project_id", pyarrow.string()),
        ("run_id", pyarrow.string()),
        ("attribute_path", pyarrow.string()),
        ("attribute_type", pyarrow.string()),
        ("step", pyarrow.decimal128(18, 6)),
        ("timestamp", pyarrow.timestamp("ms", tz="UTC")),
        ("int_value", pyarrow.int64()),
        ("float_value", pyarrow.float64()),
        ("string_value", pyarrow.string()),
        ("bool_value", pyarrow.bool_()),
        ("datetime_value", pyarrow.timestamp("ms", tz="UTC")),
        ("string_set_value", pyarrow.list_(pyarrow.string())),
        ("file_value", pyarrow.struct([("path", pyarrow.string())])),
        (
            "histogram_value",
            pyarrow.struct(
                [
                    ("type", pyarrow.string()),
                    ("edges", pyarrow.list_(pyarrow.float64())),
                    ("values", pyarrow.list_(pyarrow.float64())),
                ]
            ),
        ),
    ]
)


def row(path, kind, value=None, step=None, seconds=None, column=None):
    at = None if seconds is None else datetime.fromtimestamp(CREATED.timestamp() + seconds, timezone.utc)
    written = {"project_id": "team/faces", "run_id": "FAC-1", "attribute_path": path, "attribute_type": kind}
    step = None if step is None else Decimal(step)
    return {**written, "step": step, "timestamp": at, (column or f"{kind}_value"): value}


def loss(values, first=1):
    numbered = enumerate(values, first)
    return [row("train/loss", "float_series", v, f"{i}.000000", i, "float_value") for i, v in numbered]


@pytest.fixture
def save(tmp_path):
    def save(*rows, name="FAC-1", part=0, project="team_faces-0123456789abcdef"):
        folder = tmp_path / "exports" / "data" / project
        folder.mkdir(parents=True, exist_ok=True)
        parquet.write_table(pyarrow.Table.from_pylist(list(rows), SCHEMA), folder / f"{name}-0123_part_{part}.parquet")
        return tmp_path / "exports"

    return save


ROWS = [
    row("sys/creation_time", "datetime", CREATED),
    row("sys/name", "string", "arcface"),
    row("sys/tags", "string_set", ["orl", "old"]),
    row("sys/failed", "bool", False),
    row("params/margin", "float", 0.5),
    row("params/epochs", "int", 3),
    row("log", "string_series", "hello", "0", 2, "string_value"),
    row("log", "string_series", "there", "1", 3, "string_value"),
    row("train/fractional", "float_series", 1.0, "0.5", 1, "float_value"),
]


@pytest.mark.parametrize("level", ["exports", "exports/data", "exports/data/team_faces-0123456789abcdef", "."])
def test_values_curves_and_tags(save, tmp_path, level):
    save(*ROWS, *loss([3.0, 2.0]))
    (run,) = read_runs(tmp_path / level)
    assert (run.id, run.name, run.status, run.tags) == ("FAC-1", "arcface", "finished", ("orl", "old"))
    assert run.started == CREATED and (run.ended - run.started).total_seconds() == 3
    assert run.parameters["params/margin"] == 0.5 and run.parameters["params/epochs"] == 3
    curve = run.series["train/loss"]
    assert curve.numeric and (list(curve.steps), list(curve.values)) == ([1, 2], [3.0, 2.0])
    assert list(curve.times) == [CREATED.timestamp() + 1, CREATED.timestamp() + 2]
    assert list(run.series["log"].values) == ["hello", "there"] and not run.series["log"].numeric
    assert list(run.series["train/fractional"].steps) == [0.5]
    assert len(to_pandas([run], series="train/loss")) == 2


def test_parts_are_read_in_the_order_of_their_numbers(save):
    for part in (10, 2, 0):
        folder = save(*loss([float(part)], first=part), part=part)
    (run,) = read_runs(folder)
    assert list(run.series["train/loss"].steps) == [0, 2, 10]


def test_files_lie_beside_and_not_elsewhere(save, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    kept = tmp_path / "exports" / "files" / "team_faces-0123456789abcdef" / "team" / "faces" / "FAC-1" / "roc"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"png")
    folder = save(
        row("roc", "file", {"path": "team/faces/FAC-1/roc"}),
        row("faces", "file_series", {"path": "team/faces/FAC-1/roc"}, "2.000000", column="file_value"),
        row("stolen", "file", {"path": "../../../secret.txt"}),
        row("absolute", "file", {"path": str(secret)}),
        row("gone", "file", {"path": "gone.txt"}),
    )
    (run,) = read_runs(folder)
    assert run.files == {"roc": str(kept), "faces/2": str(kept)}
    assert set(run.references) == {"stolen", "absolute", "gone"}


def test_an_export_is_never_changed(save):
    folder = save(*ROWS)
    (run,) = read_runs(folder)
    with pytest.raises(ValueError, match="is an export"):
        remove_run(run, folder)
    with pytest.raises(ValueError, match="is an export"):
        tag_run(run, add=["x"])


def test_exports_and_our_own_runs_in_one_comparison(save, disk, tmp_path):
    save(*ROWS, *loss([3.0, 2.0]))
    disk.run()
    runs = [*read_runs(tmp_path / "exports"), *read_runs(disk.folder)]
    assert compare(runs, tmp_path / "page.html").stat().st_size > 1000


def test_other_files_are_left_alone(save, tmp_path, caplog):
    folder = save(*ROWS)
    parquet.write_table(pyarrow.table({"x": [1]}), tmp_path / "exports" / "spark_part_0.parquet")
    (tmp_path / "exports" / "broken_part_0.parquet").write_bytes(b"PAR1 no more")
    with caplog.at_level(logging.WARNING, "tfface"):
        assert len(read_runs(folder)) == 1
    assert len(caplog.records) == 1 and "broken" in caplog.text


def test_without_pyarrow_one_line_says_what_to_do(save, monkeypatch, caplog):
    folder = save(*ROWS)
    save(*ROWS, name="FAC-2")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with caplog.at_level(logging.WARNING, "tfface"):
        assert read_runs(folder) == []
    assert len(caplog.records) == 1 and 'pip install "tfface[parquet]"' in caplog.text
