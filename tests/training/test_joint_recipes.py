"""The articles' joint losses, as the recipes that we ship, on small images for one epoch."""

from pathlib import Path

import numpy as np
import pytest

from tfface.training import build, load_recipe, train

RECIPES = Path(__file__).parents[2] / "recipes"
SMALL = [
    "epochs=1",
    "data.size=[14, 12]",
    "data.train_identities=8",
    "backbone={name: small_cnn, embedding_size: 8, widths: [4]}",
    "evaluation.folds=2",
]
PARTS = {
    "orl-softmax-center": ["softmax", "center"],
    "orl-softmax-contrastive": ["softmax", "contrastive"],
    "orl-softmax-marginal": ["softmax", "marginal"],
    "orl-softmax-range": ["softmax", "range"],
    "orl-softmax-center-minimum-margin": ["softmax", "center", "minimum_margin"],
}


@pytest.mark.parametrize("name", PARTS)
def test_each_names_its_losses(name):
    recipe = load_recipe(RECIPES / f"{name}.yaml", SMALL)
    assert [part.name for part in build.make_loss(recipe, 0, 8).losses] == PARTS[name]


@pytest.mark.parametrize("name", ["orl-softmax-range", "orl-softmax-center-minimum-margin"])
def test_each_part_is_reported(name, tmp_path):
    places = [f"output={tmp_path / 'out'}", f"tracking.directory={tmp_path / 'runs'}"]
    result = train(load_recipe(RECIPES / f"{name}.yaml", SMALL + places))
    history = {part: values[-1] for part, values in result.history.items()}
    assert {"loss", "accuracy", *PARTS[name]} == set(history)
    assert history["loss"] == pytest.approx(sum(history[part] for part in PARTS[name]), rel=1e-5)
    assert np.all(np.isfinite(list(history.values())))
