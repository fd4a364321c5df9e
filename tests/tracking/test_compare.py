"""The comparison page: whole, strict, and deaf to what runs say."""

import math
import sys
from datetime import datetime, timezone

import pytest

from tfface.tracking import compare, read_runs

from .conftest import STARTED, assign, floats
from .page import Page, digest

STARTED_ISO = datetime.fromtimestamp(STARTED, timezone.utc).isoformat()
HOSTILE = "</script><img src=x onerror=\"document.title='hacked'\"><b>${alert(1)}</b> %{x} &amp; <!--data-->"


@pytest.fixture
def runs(disk):
    disk.run(
        assign("tfface/run_id", "aaa"),
        assign("tfface/name", "arcface"),
        assign("tfface/started", STARTED_ISO),
        assign("tfface/status", "finished"),
        assign("model/loss/type", "ArcFace"),
        assign("model/loss/margin", 0.5, "Float"),
        assign("fit/seed", 0, "Int"),
        floats("train/epoch/loss", [3.0, 2.0, 1.0], [1, 2, 3]),
        floats("train/epoch/iterations", [10.0, 20.0, 30.0], [1, 2, 3]),
        floats("train/batch/loss", [float(i % 7) for i in range(5000)], range(1, 5001)),
        floats("monitoring/1/cpu", [1.0]),
        assign("evaluation/orl/accuracy", 0.933, "Float"),
        assign("evaluation/orl/accuracy_std", 0.012, "Float"),
        assign("evaluation/orl/tar_at_far/0.01", 0.77, "Float"),
        key="aaaaaaaa",
    )
    disk.run(
        assign("tfface/run_id", "bbb"),
        assign("tfface/name", HOSTILE),
        assign("tfface/status", "diverged"),
        assign("model/loss/type", HOSTILE),
        assign(f"model/{HOSTILE}", HOSTILE),
        assign("fit/seed", 0, "Int"),
        {"type": "AddStrings", "path": ["sys", "tags"], "values": [HOSTILE]},
        floats(f"train/epoch/{HOSTILE}", [1.0, math.nan, math.inf, 2.0], [1, 2, 3, 4]),
        floats("train/epoch/loss_nonfinite", [0.0], [1]),
        assign("evaluation/orl/accuracy", 0.5, "Float"),
        assign(f"evaluation/{HOSTILE}/accuracy", math.nan, "Float"),
        key="bbbbbbbb",
    )
    return read_runs(disk.folder)


@pytest.fixture
def page(runs, tmp_path):
    return Page(compare(runs, tmp_path / "new" / "compare.html", title=f"Title {HOSTILE}"))


def test_the_page_carries_the_runs(page):
    first, second = page.runs
    assert (first["name"], first["status"], second["status"]) == ("arcface", "finished", "diverged")
    assert first["values"] == {
        "model/loss/type": "ArcFace", "model/loss/margin": 0.5, "fit/seed": 0,
        "evaluation/orl/accuracy": 0.933, "evaluation/orl/accuracy_std": 0.012, "evaluation/orl/tar_at_far/0.01": 0.77,
    }  # fmt: skip
    assert first["curves"]["train/epoch/loss"]["unit"] == "epoch"
    loss = page.curve(0, "train/epoch/loss")
    assert (loss["steps"], loss["values"], loss["times"]) == ([1, 2, 3], [3, 2, 1], [0, 1, 2])
    assert len(page.curve(0, "train/batch/loss")["values"]) <= 1000
    assert first["curves"]["train/batch/loss"]["unit"] == "iteration"
    assert "monitoring/1/cpu" not in first["curves"]


def test_values_that_are_not_finite_are_shown_as_such(page):
    (path,) = (path for path in page.runs[1]["curves"] if "img" in path)
    hostile = page.curve(1, path)
    assert hostile["values"] == [1, 2] and hostile["nonfinite"]["steps"] == [2, 3]
    loss = page.curve(1, "train/epoch/loss")
    assert loss["values"] == [] and loss["nonfinite"]["steps"] == [1]


def test_nothing_a_run_says_is_in_the_text_of_the_page(page):
    assert 'onerror="document' not in page.html and "</script><img" not in page.html
    assert page.runs[1]["name"] == HOSTILE
    assert "Title &lt;/script&gt;&lt;img" in page.html


def test_only_what_the_page_brought_may_run(page):
    policy = page.policy
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == [digest(page.element("script")), digest(page.unpacked("library").decode())]
    assert policy["style-src"] == [digest(page.element("style")), digest("")]
    assert policy["img-src"] == ["data:", "blob:"] and policy["form-action"] == ["'none'"]


def test_nothing_is_loaded_from_elsewhere(page):
    tags = page.tags()
    assert {value for _, attributes in tags for name, value in attributes if name in ("src", "href", "action")} == {
        "#main"
    }
    assert not {"img", "iframe", "link", "object", "b"} & {tag for tag, _ in tags}
    assert "http://" not in page.html.replace("http://www.w3.org/2000/svg", "")  # a name, not an address
    assert "https://" not in page.html


def test_a_folder_will_do(runs, disk, tmp_path):
    assert Page(compare(disk.folder, tmp_path / "c.html")).runs[0]["id"] == "aaa"


def test_mistakes_are_one_line(runs, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="runs: expected at least one run, got none"):
        compare([])
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="runs: expected a folder with runs, found none below"):
        compare(tmp_path / "empty")
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"output: expected a file that can be written, got .*file/c\.html"):
        compare(runs, tmp_path / "file" / "c.html")
    monkeypatch.setitem(sys.modules, "plotly.offline", None)
    with pytest.raises(ImportError, match=r'pip install "tfface\[report\]"'):
        compare(runs, tmp_path / "c.html")


def test_a_page_that_is_watched_says_how_often(runs, tmp_path):
    page = Page(compare(runs, tmp_path / "c.html", refresh=7.5))
    assert page.data["refresh"] == 7.5
    assert Page(compare(runs, tmp_path / "c.html")).data["refresh"] is None
    assert [path.name for path in tmp_path.glob("*.html*")] == ["c.html"], "a draft was left behind"
