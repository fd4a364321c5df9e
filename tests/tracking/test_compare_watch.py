"""A page that is written again while runs go on."""

import json
import time

import pytest

from tfface.tracking import read_runs
from tfface.tracking.watch import watch

from .conftest import STARTED, assign, floats
from .page import Page


@pytest.fixture
def watched(disk, tmp_path, monkeypatch):
    """Watches runs, does something in each pause, then presses Ctrl-C; says how often runs were read."""

    def watched(*pauses, page=tmp_path / "c.html"):
        steps, reads = list(pauses), []

        def sleep(seconds):
            assert seconds >= 3
            if not steps:
                raise KeyboardInterrupt
            steps.pop(0)()

        def read():
            reads.append(1)
            return read_runs(disk.folder)

        monkeypatch.setattr(time, "sleep", sleep)
        assert watch(read, page, every=3) == page
        return len(reads) - 1  # the last is for the page that stays

    return watched


def grow(directory, values):
    log = directory / "data-1.log"
    version = log.read_text().count("\n") + 1
    operation = floats("train/epoch/loss", values, range(version, version + len(values)))
    with log.open("a") as file:
        file.write(json.dumps({"obj": operation, "version": version, "at": STARTED}) + "\n")


def test_the_page_follows_runs_that_go_on_and_that_come(disk, tmp_path, watched):
    page = tmp_path / "c.html"
    first = disk.run(assign("tfface/name", "one"), floats("train/epoch/loss", [3.0], [1]), key="aaaaaaaa")
    seen = []

    def look():
        shown = Page(page)
        assert shown.data["refresh"] == 3
        seen.append((len(shown.runs), len(shown.curve(0, "train/epoch/loss")["values"])))

    def go_on():
        look()
        grow(first, [2.0, 1.0])

    def come():
        look()
        disk.run(assign("tfface/name", "two"), key="bbbbbbbb")

    reads = watched(go_on, come, look)
    assert seen == [(1, 1), (1, 3), (2, 3)] and reads == 3
    assert Page(page).data["refresh"] is None, "what is left is no page that follows"


def test_nothing_is_read_again_while_nothing_is_written(disk, watched):
    run = disk.run(assign("tfface/name", "one"), floats("train/epoch/loss", [3.0], [1]))
    page, stamps = run.parent / "c.html", []  # beside the run, where it changes the folder
    reads = watched(*[lambda: stamps.append(page.stat().st_mtime_ns)] * 4, page=page)
    assert reads == 1 and len(set(stamps)) == 1


def test_runs_that_go_away_are_no_error(disk, tmp_path, watched):
    gone = disk.run(assign("tfface/name", "one"), key="aaaaaaaa")
    disk.run(assign("tfface/name", "two"), key="bbbbbbbb")

    def remove():
        for file in gone.iterdir():
            file.unlink()
        gone.rmdir()

    watched(remove)
    assert [run["name"] for run in Page(tmp_path / "c.html").runs] == ["two"]


def test_runs_that_are_still_to_come_are_waited_for(disk, tmp_path, watched):
    disk.folder.mkdir()
    page, seen = tmp_path / "c.html", []

    def come():
        seen.append(page.exists())
        disk.run(assign("tfface/name", "first"))

    watched(come, lambda: seen.append(page.exists()))
    assert seen == [False, True] and [run["name"] for run in Page(page).runs] == ["first"]
