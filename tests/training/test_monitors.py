"""Monitors of a recipe: what they add, what they end, and how mistakes about them are told."""

import json

import numpy as np
import pytest

from tfface.callbacks import NonFiniteError
from tfface.tracking import read_runs
from tfface.training import RecipeError, load_recipe, train

ALL = {"collapse": True, "angles": {"bins": 12}, "nonfinite": {"every": 1}}
FIGURES = {"collapse_spread", "collapse_active_triplets", "angle_own_mean", "embedding_norm_p95"}


def test_they_reach_history_and_run(tiny, tmp_path):
    stages = [{"epochs": 1}, {"epochs": 1, "loss": "triplet"}]
    result = train(tiny(monitors=ALL, stages=stages, batch=10))
    assert result.history.keys() >= FIGURES
    assert len(result.history["collapse_spread"]) == 2
    assert len(result.history["angle_own_mean"]) == 1  # the second stage has no cosine head
    (run,) = read_runs(tmp_path / "runs")
    assert len(run.series["train/epoch/collapse_spread"].values) == 2
    assert {"monitors/angles-1/histograms", "figures/angles-1", "figures/embeddings"} <= run.files.keys()
    assert run.parameters["recipe/monitors/angles/bins"] == 12
    assert load_recipe(result.output / "recipe.yaml").to_dict() == result.recipe.to_dict()


def test_numbers_that_are_not_finite_end_it_before_they_are_saved(tiny, tmp_path):
    recipe = tiny(optimizer={"name": "sgd", "learning_rate": 1e30}, loss="softmax", epochs=5)
    with pytest.raises(NonFiniteError, match=r"step \d of epoch 1: loss \(softmax\) is .* too high \(now 1e\+30\)"):
        train(recipe)
    assert not list((tmp_path / "out").glob("*.keras"))
    (run,) = read_runs(tmp_path / "runs")
    assert run.status == "diverged"
    off = train(
        {
            **recipe,
            "output": str(tmp_path / "off"),
            "monitors": {"nonfinite": False},
            "evaluation": {},
            "data": {"source": recipe["data"]["source"]},
        }
    )
    assert len(off.history["loss"]) == 5 and not np.isfinite(off.history["loss"][-1])
    assert off.recipe.monitors.nonfinite is False
    assert load_recipe(off.output / "recipe.yaml").to_dict() == off.recipe.to_dict()


def test_a_collapse_ends_it_with_what_was_learnt(tiny, caplog):
    stages = [{"epochs": 3}, {"epochs": 1, "loss": "cosface"}]
    result = train(tiny(monitors={"collapse": {"threshold": 1, "stop": True}}, stages=stages))
    assert len(result.history["loss"]) == 1 and result.model.loss.name == "arcface"
    assert "below 1" in caplog.text
    assert result.measured is not None and (result.output / "model.keras").exists()


@pytest.mark.parametrize(
    ("monitors", "changes", "problem"),
    [
        ({"collaps": True}, {}, "monitors.collaps: unknown key, did you mean 'collapse'?"),
        ({"collapse": 3}, {}, "monitors.collapse: expected true, false, or arguments like {every: 2}, got 3"),
        (
            {"collapse": {"treshold": 1}},
            {},
            "monitors.collapse: collapse has no argument 'treshold', did you mean 'threshold'?",
        ),
        ({"collapse": {"images": 1}}, {}, "monitors.collapse: collapse has no argument 'images'"),
        ({"collapse": {"threshold": 3}}, {}, "monitors.collapse.threshold: expected a number in [0, 1], received 3"),
        (
            {"nonfinite": {"every": 0}},
            {},
            "monitors.nonfinite.every: expected a whole number of at least 1, received 0",
        ),
        ({"angles": True}, {"loss": "softmax"}, "monitors.angles: expected a loss on cosines, like arcface"),
    ],
)
def test_mistakes_are_told_by_line(tiny, tmp_path, monitors, changes, problem):
    written = tiny(**changes)
    path = tmp_path / "r.yaml"
    path.write_text(
        "".join(f"{key}: {json.dumps(value)}\n" for key, value in {**written, "monitors": monitors}.items())
    )
    with pytest.raises(RecipeError) as raised:
        train(load_recipe(path))
    assert str(raised.value).startswith(f"{path}:{len(written) + 1}: {problem}")
