"""`tfface compare`: which runs, and when the page is written again."""

import json
import signal
import time

import pytest

from tfface.tracking import read_runs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working directory with three runs in two folders."""
    for i, (where, accuracy) in enumerate([("a", 0.9), ("a", 0.95), ("b", 0.97)]):
        directory = tmp_path / where / "offline" / f"run__0000-{i}__{2**22 + 1}__aaaaaaa{i}"
        directory.mkdir(parents=True)
        values = {"tfface/run_id": f"{i}{i}{i}abc", "tfface/name": f"run {i}", "tfface/status": "finished"}
        operations = [{"type": "AssignString", "path": path.split("/"), "value": v} for path, v in values.items()]
        operations.append({"type": "AssignFloat", "path": ["evaluation", "orl", "accuracy"], "value": accuracy})
        lines = [json.dumps({"obj": op, "version": n, "at": 1e9}) for n, op in enumerate(operations, 1)]
        (directory / "data-1.log").write_text("\n".join(lines) + "\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def compared(tfface, monkeypatch):
    """Runs `tfface compare` and says which runs the page would show, or what was printed instead."""

    def compared(*words):
        shown = []
        monkeypatch.setattr("tfface.tracking.compare", lambda runs, *rest: shown.extend(run.name for run in runs))
        code, _, errors = tfface("compare", *words)
        return shown if code == 0 else (code, errors)

    return compared


def test_runs_are_meant_by_folder_id_or_name(folder, compared):
    assert compared("a") == ["run 0", "run 1"]
    assert compared("a", "b", "a") == ["run 0", "run 1", "run 2"]
    assert compared("a", "b", "222", "run 0") == ["run 2", "run 0"]
    assert compared("a", "b", "--where", "evaluation/orl/accuracy > 0.92") == ["run 1", "run 2"]


def test_mistakes_are_one_line(folder, compared):
    (folder / "none").mkdir()
    for words, said in (
        (["none"], "no runs in none"),
        (["a", "zzz"], "no run 'zzz'"),
        (["a", "--where", "evaluation/orl/accuracy > 2"], "no runs in a that meet 'evaluation/orl/accuracy > 2'"),
        (["a", "--where", "accuracy"], "expected `key operator value`"),
        (["a", "--watch", "--every", "0"], "--every: expected more than 0 seconds, got 0"),
    ):
        code, errors = compared(*words)
        assert code == 2 and len(errors) == 1 and said in errors[0]


def test_watch_ends_with_ctrl_c_and_leaves_the_page(folder, start):
    page = folder / "watched.html"
    process = start("compare", str(folder / "a"), "-o", str(page), "--watch", "--every", "0.2", cwd=folder)
    end = time.monotonic() + 60
    while not page.exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert page.exists(), process.communicate(timeout=1)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert page.as_uri() in out and "watching 2 runs" in out
    assert len(read_runs(folder / "a")) == 2
