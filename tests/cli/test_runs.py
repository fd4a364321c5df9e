"""`tfface runs` and `tfface ui`: what they print, and what they refuse."""

import sys

import pytest

from tfface.cli.tables import printable
from tfface.tracking import read_runs

from ..tracking.conftest import assign
from .conftest import LOSS, running


def table(out):
    header, *rows = (line.split("\t") for line in out.splitlines())
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_list(tfface, folder):
    code, out, _ = tfface("runs", folder)
    first, second = table(out)
    assert code == 0 and tfface("runs", "list", folder)[1] == out
    assert (first["run"], first["name"], first["status"], first["epochs"]) == ("aaaaarcface", "arcface", "failed", "3")
    assert second["results"] == "orl accuracy 0.950"


def test_list_chooses_and_orders(tfface, folder):
    best = ["--sort", "evaluation/orl/accuracy", "--descending", "--columns", f"model/loss/type, min({LOSS})"]
    rows = table(tfface("runs", folder, *best)[1])
    assert [(row["name"], row["model/loss/type"], row[f"min({LOSS})"]) for row in rows] == [
        ("cosface", "cosface", "1.5"),
        ("arcface", "arcface", "1.5"),
    ]
    where = ["--where", "evaluation/orl/accuracy < 0.93", "--where", "name contains face"]
    assert [row["name"] for row in table(tfface("runs", folder, *where)[1])] == ["arcface"]
    assert table(tfface("runs", folder, "--where", "name == nobody")[1]) == []


def test_show(tfface, folder):
    code, out, _ = tfface("runs", "show", "arcface", "--folder", folder)
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert code == 0 and lines[0] == "arcface aaaaarcface"
    assert "status failed: too hot" in lines and "orl accuracy 0.9" in lines and "model/loss/type arcface" in lines
    assert f"{LOSS} 3 points, last 1.5 at step 3, least 1.5, most 3" in lines
    assert any(line.startswith("figures/roc /") and line.endswith("upload_path/f.png") for line in lines)
    assert "code /src/train.py" in lines and any(line.startswith("log 1 texts") for line in lines)


def test_tag(tfface, folder):
    code, out, _ = tfface("runs", "tag", "arcface", "aaaa", "--add", "best", "--add", "orl", "--folder", folder)
    assert code == 0 and [row["tags"] for row in table(out)] == ["best, orl"]
    tfface("runs", "tag", "arcface", "--remove", "orl", "--folder", folder)
    rows = table(tfface("runs", folder, "--where", "tags contains best")[1])
    assert [(row["name"], row["tags"]) for row in rows] == [("arcface", "best")]


def test_remove(tfface, folder):
    code, _, errors = tfface("runs", "remove", "arcface", "--folder", folder)
    assert (code, errors) == (2, ["tfface: to remove this run needs --yes where nobody can be asked"])
    assert len(read_runs(folder)) == 2
    assert tfface("runs", "remove", "arcface", "--yes", "--folder", folder)[0] == 0
    assert [run.name for run in read_runs(folder)] == ["cosface"]


def test_remove_asks(tfface, folder, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    answers = iter(["", "no", "y"])
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    for left in (2, 2, 1):
        code, out, _ = tfface("runs", "remove", "arcface", "--folder", folder)
        assert "aaaaarcface" in out and len(read_runs(folder)) == left and code == (0 if left == 1 else 2)


def test_a_run_that_goes_on_is_removed_by_force_only(tfface, disk):
    running(disk, [])
    for options, code in ((["--yes"], 2), (["--yes", "--force"], 0)):
        assert tfface("runs", "remove", "live", *options, "--folder", disk.folder)[0] == code


MISTAKES = {
    "no such run": (["show", "arcfase"], "no run 'arcfase', did you mean 'arcface'"),
    "a run by no name": (["show", "zzz"], "no run 'zzz', neither by id nor by name"),
    "several runs": (["show", ""], "'' means several runs: aaaaarcface, bbbbcosface"),
    "no such curve": (
        ["plot", "arcface", "train/epoch/los"],
        "run 'aaaaarcface' has no curve 'train/epoch/los', did you",
    ),
    "nothing to tag": (["tag", "arcface"], "expected --add tag or --remove tag"),
    "an empty tag": (["tag", "arcface", "--add", " "], "tags: expected text, got ' '"),
    "an unknown target": (["export", "--to", "wandb", "--uri", "x"], "argument --to: invalid choice: 'wandb'"),
    "no uri": (["export", "--to", "mlflow"], "the following arguments are required: --uri"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes(tfface, folder, case):
    words, problem = MISTAKES[case]
    code, out, errors = tfface("runs", *words, "--folder", folder)
    assert (code, out, len(errors)) == (2, "", 1) and problem in errors[0]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--where", "accuracy"], "'accuracy': expected `key operator value`"),
        (["--where", "model/loss/typ == x"], "no run has 'model/loss/typ', did you mean 'model/loss/type'"),
        (["--sort", "nothing"], "no run has 'nothing'"),
    ],
)
def test_mistakes_in_a_list(tfface, folder, words, problem):
    code, out, errors = tfface("runs", folder, *words)
    assert (code, out, len(errors)) == (2, "", 1) and problem in errors[0]


@pytest.mark.parametrize(
    "words", [["runs", "export", "--to", "mlflow", "--uri", "http://127.0.0.1:9", "--folder"], ["ui"]]
)
def test_without_mlflow(tfface, folder, words, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    code, out, errors = tfface(*words, folder)
    assert (code, out) == (2, "") and errors == ['tfface: mlflow is not installed: pip install "tfface[mlflow]"']


def test_a_hostile_name_is_no_command_to_a_terminal(tfface, disk):
    disk.run(assign("tfface/name", "\x1b]0;owned\x07\x9b2J\u202eevil\tx\n[red]"), assign("tfface/run_id", "\x1b[2J"))
    for words in (["runs", disk.folder], ["runs", "show", "\x1b[2J", "--folder", disk.folder]):
        out = tfface(*words)[1]
        assert all(letter.isprintable() or letter in "\n\t" for letter in out) and "\\x1b]0;owned\\x07\\x9b2J" in out


def test_printable():
    assert printable("ü θ ✓") == "ü θ ✓" and printable(None) == "" and printable(3) == "3"
    assert printable("a\x1bb\ud800") == "a\\x1bb\\ud800"
