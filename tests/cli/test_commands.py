"""The commands do what they say, and say little else."""

import json
import os

import tfface as package
from tfface import cli, losses


def test_help_is_there_at_once_without_tensorflow(start, tmp_path):
    """A module named tensorflow that refuses to be imported stands before the real one."""
    (tmp_path / "bin").mkdir(exist_ok=True)
    (tmp_path / "bin" / "tensorflow.py").write_text("raise SystemExit('tensorflow was imported')\n")
    for words in (["--help"], ["train", "--help"], ["--version"]):
        out, err = (process := start(*words)).communicate()
        assert (process.returncode, err) == (0, "")
        assert out.startswith(("usage: tfface", f"tfface {package.__version__}"))


def test_every_command_has_help(tfface):
    code, out, _ = tfface("--help")
    assert code == 0
    for command in cli.COMMANDS:
        assert command in out
        assert tfface(command, "--help")[0] == 0


def test_losses_are_listed(tfface):
    code, out, _ = tfface("losses")
    header, *rows = out.splitlines()
    assert code == 0
    assert header.split("\t") == ["name", "kind", "formula", "defaults", "paper"]
    assert [row.partition("\t")[0] for row in rows] == losses.names()

    listed = json.loads(tfface("losses", "--json")[1])
    arcface = next(loss for loss in listed if loss["name"] == "arcface")
    assert "margin=0.5" in arcface["defaults"] and "1801.07698" in arcface["paper"]


def test_train_then_runs_then_compare(tfface, recipe, tmp_path):
    code, out, errors = tfface("train", recipe(), "--set", "loss.margin=0.3")
    assert code == 0, errors
    assert str(tmp_path / "out" / "model.keras") in out and "AUC" in out

    code, out, _ = tfface("runs", tmp_path / "runs")
    header, run = (line.split("\t") for line in out.splitlines())
    row = dict(zip(header, run, strict=True))
    assert code == 0
    assert (row["name"], row["status"], row["loss"], row["epochs"]) == ("out", "finished", "ArcFace", "1")
    assert "accuracy" in row["results"]

    page = tmp_path / "page.html"
    code, out, _ = tfface("compare", tmp_path / "runs", "-o", page)
    assert (code, out.strip()) == (0, page.as_uri())
    assert page.stat().st_size > 1000


def test_a_reader_that_has_seen_enough_is_no_error(start):
    reading, writing = os.pipe()
    os.close(reading)
    process = start("--help", stdout=writing)
    os.close(writing)
    assert process.communicate()[1] == ""
    assert process.returncode == 0
