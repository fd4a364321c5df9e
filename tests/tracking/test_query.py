"""Runs are filtered, sorted and found by what they say; tagged and removed; tables of them."""

import json
import math
import os

import numpy as np
import pytest

from tfface.tracking import filter_runs, find_run, read_runs, remove_run, sort_runs, tag_run, to_pandas
from tfface.tracking.query import field

from .conftest import STARTED, assign, floats


@pytest.fixture
def runs(disk):
    for key, name, margin, losses, accuracy in (
        ("aaaaaaaa", "arcface", 0.5, [3.0, 1.0, 2.0], 0.9),
        ("bbbbbbbb", "cosface", 0.35, [5.0, 4.0], 0.95),
        ("cccccccc", "softmax", None, [], None),
    ):
        disk.run(
            assign("tfface/run_id", key[:4] + name),
            assign("tfface/name", name),
            assign("tfface/status", "finished"),
            assign("model/loss/type", name.capitalize()),
            assign("model/frozen", name == "softmax", "Bool"),
            *([assign("model/loss/margin", margin, "Float")] if margin else []),
            *([assign("evaluation/orl/accuracy", accuracy, "Float")] if accuracy else []),
            floats("train/epoch/loss", losses, list(range(1, len(losses) + 1))),
            {"type": "AddStrings", "path": ["sys", "tags"], "values": ["all", name[0]]},
            key=key,
        )
    return read_runs(disk.folder)


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("model/loss/type == Arcface", "arcface"),
        ("model/loss/type == 'Arcface'", "arcface"),
        ("model/loss/type != Arcface", "cosface softmax"),
        ("evaluation/orl/accuracy > 0.93", "cosface"),
        ("evaluation/orl/accuracy>=0.9", "arcface cosface"),
        ("model/loss/margin < 1e0", "arcface cosface"),
        ("train/epoch/loss == 2", "arcface"),  # the last value
        ("min(train/epoch/loss) <= 1", "arcface"),
        ("max(train/epoch/loss) > 4.5", "cosface"),
        ("mean(train/epoch/loss) == 2", "arcface"),
        ("model/frozen == True", "softmax"),
        ("model/frozen != true", "arcface cosface"),
        ("tags contains all", "arcface cosface softmax"),
        ("tags contains c", "cosface"),  # a tag, and not a part of one
        ("name contains face", "arcface cosface"),
        ("status == finished", "arcface cosface softmax"),
        ("started < 2026-11-21T11", "arcface cosface softmax"),
        ("model/loss/margin > many", ""),  # a number is not more than a word
    ],
)
def test_conditions(runs, condition, names):
    assert [run.name for run in filter_runs(runs, condition)] == names.split()


def test_all_conditions_must_be_met(runs):
    assert [run.name for run in filter_runs(runs, "name contains face", "evaluation/orl/accuracy < 0.93")] == [
        "arcface"
    ]
    assert filter_runs(runs) == runs


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("accuracy", "expected `key operator value`"),
        ("== 3", "expected `key operator value`"),
        ("model/loss/typ == x", "no run has 'model/loss/typ', did you mean 'model/loss/type'"),
    ],
)
def test_conditions_that_make_no_sense(runs, condition, problem):
    with pytest.raises(ValueError, match=problem):
        filter_runs(runs, condition)


def test_sorting(runs):
    assert [run.name for run in sort_runs(runs, "model/loss/margin")] == ["cosface", "arcface", "softmax"]
    assert [run.name for run in sort_runs(runs, "model/loss/margin", descending=True)][-1] == "softmax"
    assert [run.name for run in sort_runs(runs, "name", descending=True)] == ["softmax", "cosface", "arcface"]
    with pytest.raises(ValueError, match="no run has 'margin'"):
        sort_runs(runs, "margin")


def test_finding(runs):
    assert find_run(runs, "aaaa").name == find_run(runs, "arcface").name == "arcface"
    with pytest.raises(ValueError, match="did you mean 'arcface'"):
        find_run(runs, "arcfase")
    with pytest.raises(ValueError, match="means several runs: aaaaarcface, bbbbcosface, ccccsoftmax"):
        find_run(runs, "")


def test_fields(runs):
    assert field(runs[0], "started") == "2026-11-21T10:00:00+00:00"
    assert field(runs[0], "nothing") is None


def test_tags_are_kept_beside_the_log(runs, disk):
    directory = runs[0].directory
    before = (directory / "data-1.log").read_bytes()
    tag_run(runs[0], add=["best", "ü"], remove=["all"])
    tag_run(runs[0], add=["again"], remove=["ü"])
    assert read_runs(disk.folder)[0].tags == ("a", "best", "again")
    tag_run(runs[0], add=["all"])
    assert read_runs(disk.folder)[0].tags == ("all", "a", "best", "again")
    assert (directory / "data-1.log").read_bytes() == before
    assert len([name for name in os.listdir(directory) if "tags" in name]) == 1  # nothing half written is left


def test_tags_of_a_resumed_run(disk):
    tags = {"type": "AddStrings", "path": ["sys", "tags"], "values": ["orl", "old"]}
    disk.run(assign("tfface/run_id", "abc"), assign("tfface/started", "2026-11-21T12:00:00+00:00"), tags)
    tag_run(read_runs(disk.folder)[0], add=["new"], remove=["old"])
    disk.run(
        assign("tfface/run_id", "abc"), assign("tfface/started", "2026-11-21T13:00:00+00:00"), tags, key="bbbbbbbb"
    )
    (run,) = read_runs(disk.folder)
    assert run.tags == ("orl", "new")  # the second part's recipe says "old" again
    tag_run(run, add=["old"])
    assert read_runs(disk.folder)[0].tags == ("orl", "old", "new")


@pytest.mark.parametrize("content", ["", "[]", '{"add": 3, "remove": []}', "[" * 100_000, '{"add": ["x"]}'])
def test_a_damaged_file_of_tags_is_left_out(runs, disk, content):
    (runs[0].directory / "tfface-tags.json").write_text(content)
    assert read_runs(disk.folder)[0].tags == ("all", "a")


@pytest.mark.parametrize(
    "tags", [{"add": [" "]}, {"add": [3]}, {"add": ["a"], "remove": ["a"]}], ids=["empty", "number", "both"]
)
def test_tags_that_make_no_sense(runs, tags):
    with pytest.raises(ValueError, match="tags: "):
        tag_run(runs[0], **tags)


def test_removal(runs, disk):
    remove_run(runs[0], disk.folder)
    assert [run.name for run in read_runs(disk.folder)] == ["cosface", "softmax"]


def test_nothing_outside_is_removed(runs, disk, tmp_path, alive):
    with pytest.raises(ValueError, match="is not a run's own directory inside"):
        remove_run(runs[0], tmp_path / "elsewhere")
    link = disk.folder / "offline" / "run__link__1__x"
    moved = tmp_path / "moved"
    runs[0].directory.rename(moved)
    link.symlink_to(moved)
    linked = find_run(read_runs(disk.folder), "arcface")
    with pytest.raises(ValueError, match="is not a run's own directory inside"):
        remove_run(linked, disk.folder)
    assert (moved / "data-1.log").exists()


def test_a_run_that_goes_on_is_not_removed(disk, alive):
    line = {"obj": assign("tfface/status", "running"), "version": 1, "at": 4e9}
    disk.run(pid=alive, parts={"data-1.log": json.dumps(line) + "\n"}, put=1)
    (run,) = read_runs(disk.folder)
    with pytest.raises(ValueError, match="goes on"):
        remove_run(run, disk.folder)
    remove_run(run, disk.folder, force=True)
    assert read_runs(disk.folder) == []


def test_a_table_of_runs(runs):
    table = to_pandas(runs)
    assert list(table["name"]) == ["arcface", "cosface", "softmax"]
    assert table["model/loss/margin"].tolist()[:2] == [0.5, 0.35] and math.isnan(table["model/loss/margin"][2])
    assert table["train/epoch/loss"].tolist()[:2] == [2.0, 4.0]
    assert table["tags"][0] == ("all", "a")
    assert to_pandas([]).empty and next(iter(to_pandas([]))) == "id"


def test_a_table_of_points(runs):
    table = to_pandas(runs, series="train/*/loss")
    assert list(table) == ["run", "name", "series", "step", "value", "time"]
    assert table["value"].tolist() == [3.0, 1.0, 2.0, 5.0, 4.0] and table["step"].tolist() == [1, 2, 3, 1, 2]
    assert table["name"].tolist() == ["arcface"] * 3 + ["cosface"] * 2
    assert table["time"][1].timestamp() == STARTED + 1
    means = table.groupby("name", observed=True)["value"].mean()
    assert np.isclose(means["arcface"], 2.0)
    assert len(to_pandas(runs, series="*")) == 5 and to_pandas([], series="*").empty
    with pytest.raises(ValueError, match="no curve is called 'loss'"):
        to_pandas(runs, series="loss")
