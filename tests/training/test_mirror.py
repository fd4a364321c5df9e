"""One line of a recipe shows the run in MLflow too, and its failures never stop the training."""

from importlib.machinery import ModuleSpec

import pytest

from tfface.tracking import read_runs
from tfface.training import RecipeError, train

# stands for the process that writes to MLflow: notes what it was started with, and fails when the training has ended
_PROGRAM = """
import sys
folder, run, uri, *_ = sys.argv[1:]
sys.stdin.read()
open(folder + "/mirrored", "w").write(f"{run} {uri}")
sys.exit("no disk")
"""

INSTALLED = ModuleSpec("mlflow", None, origin="mlflow/__init__.py")


def test_a_recipe_line_starts_the_mirror(tiny, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("tfface.tracking.mlflow.store.find_spec", lambda name: INSTALLED)
    monkeypatch.setattr("tfface.tracking.mlflow.mirror._PROGRAM", _PROGRAM)
    result = train(tiny(tracking={"directory": str(tmp_path / "runs"), "mlflow": "http://127.0.0.1:9"}))
    (run,) = read_runs(tmp_path / "runs")
    assert run.status == "finished" and run.id == result.run_id
    assert (tmp_path / "runs" / "mirrored").read_text() == f"{run.id} http://127.0.0.1:9"
    assert [record.getMessage() for record in caplog.records if "not all is in MLflow (no disk)" in record.getMessage()]


def test_without_mlflow_nothing_starts(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("tfface.tracking.mlflow.store.find_spec", lambda name: None)
    recipe = tiny(tracking={"directory": str(tmp_path / "runs"), "mlflow": "store"})
    with pytest.raises(
        RecipeError, match=r"tracking.mlflow: mlflow is not installed: pip install \"tfface\[mlflow\]\""
    ):
        train(recipe)
    assert not (tmp_path / "runs").exists()
