"""What `tfface sweep` makes of its words."""

import json

import pytest

from tfface import sweep as sweeps
from tfface.cli import main
from tfface.sweep import pace
from tfface.sweep.check import plan
from tfface.sweep.folder import Folder
from tfface.sweep.outcome import read_outcome
from tfface.sweep.worker import Worker


@pytest.fixture
def asked(monkeypatch):
    """Runs the command without training; gives what would be trained, where, and how."""
    calls = []
    monkeypatch.setattr(sweeps, "run", lambda *arguments: calls.append(arguments) or [], raising=False)
    monkeypatch.setattr("tfface.cli.sweep._report", lambda *arguments: None)

    def asked(*words):
        assert main(["sweep", *map(str, words)]) == 0
        sweep, out, jobs, cores = calls.pop()
        return sweep.to_dict(), str(out), jobs, cores

    return asked


def test_words_make_a_sweep(asked, faces):
    words = ["--losses", "softmax,arcface:margin=0.3/0.5", "--data", faces, "--seeds", 2, "--seconds", 30]
    words += ["--identities", "3,5", "--jobs", 2, "--cores", 4, "-o", "there", "--set", "base.batch=8"]
    sweep, out, jobs, cores = asked(*words)
    assert (out, jobs, cores) == ("there", 2, 4)
    assert sweep["data"]["source"] == {"name": "folder", "path": str(faces)}
    assert [choice["sum"] for choice in sweep["losses"]] == [
        [{"name": "softmax"}],
        [{"name": "arcface", "margin": [0.3, 0.5]}],
    ]
    assert (sweep["seeds"], sweep["budget"], sweep["identities"]) == ([0, 1], {"seconds": 30.0}, [3, 5])
    assert sweep["base"] == {"batch": 8}


def test_options_replace_what_a_file_says(asked, tiny, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(json.dumps(tiny(budget={"seconds": 5.0})))
    sweep, out, jobs, cores = asked(path, "--epochs", 7, "--folds", 1, "--data", "orl")
    assert (sweep["budget"], out, jobs, cores) == ({"epochs": 7}, "sweeps/mine", 1, None)
    assert sweep["data"]["source"] == {"name": "orl"} and sweep["data"]["train_identities"] == 5


def test_a_folder_goes_on(asked, tiny, tmp_path):
    (tmp_path / "sweep.yaml").write_text(json.dumps(tiny()))
    assert asked(tmp_path)[1] == str(tmp_path)


ORL = ("--data", "orl", "--losses")
MISTAKES = {
    (): "sweep: expected a sweep file, or --losses and --data",
    (
        "--losses",
        "softmax",
        "--data",
        "orl",
        "--epochs",
        "1",
        "--seconds",
        "1",
    ): "expected either --epochs or --seconds",
    (*ORL, "softmax", "--identities", "many"): "--identities: expected whole numbers",
    (*ORL, "softmax", "--seeds", "0"): "--seeds: seeds: expected",
    (
        "--losses",
        "arkface",
        "--data",
        "orl",
    ): "--losses: losses.0: loss: unknown name 'arkface', did you mean 'arcface'",
    ("--losses", "softmax", "--data", "orll"): "--data: data.source: unknown data source 'orll', did you mean 'orl'",
    (*ORL, "softmax", "--jobs", "0"): "jobs: expected a whole number of at least 1",
}


@pytest.mark.parametrize("words", MISTAKES, ids=" ".join)
def test_mistakes_are_one_line(words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["sweep", *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert MISTAKES[words] in line
    assert not list(tmp_path.iterdir())


@pytest.mark.soak
def test_seconds_are_so_many_epochs_for_all_seeds(tiny, tmp_path, monkeypatch):
    timed = []
    monkeypatch.setattr(pace, "_timed", lambda recipe, faces: timed.append(recipe) or 2.0)
    found = plan(sweeps.load_sweep(tiny(losses=["softmax"], seeds=2, budget={"seconds": 7.0})))
    folder = Folder(tmp_path)
    folder.begin(found.sweep, found.cells)
    Worker(tmp_path).work()
    assert [len(read_outcome(folder.cell(planned)).curve) for planned in found.cells] == [3, 3]
    assert len(timed) == 1
