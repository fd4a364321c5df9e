"""A recipe that learns from two views first: stages, frozen backbones, resumption, mistakes."""

import numpy as np
import pytest

from tfface.training import RecipeError, load_recipe, train
from tfface.training.pretrain import freeze

PRETRAIN = {"name": "simsiam", "projector": [16, 8], "predictor": 4, "preset": "simsiam"}


def staged(tiny, output="out", **changes):
    stages = [
        {"pretrain": PRETRAIN, "epochs": 2, "optimizer": {"name": "lars", "learning_rate": 0.1}},
        {"epochs": 1, "frozen": True},
    ]
    monitors = {"collapse": True, "neighbors": {"neighbors": 3}}
    return tiny(output, stages=stages, schedule="cosine", monitors=monitors, **changes)


def test_pretraining_then_a_frozen_backbone(tiny):
    result = train(staged(tiny))
    assert [len(result.history[name]) for name in ("loss", "accuracy", "knn_accuracy")] == [3, 1, 3]
    assert -1.0 <= result.history["loss"][0] <= 1.0 < result.history["loss"][2]  # SimSiam's, then ArcFace's
    assert np.all(np.isfinite(result.history["collapse_spread"]))
    assert len(result.model.trainable_variables) == 1  # the head's
    freeze(result.model.backbone, False)
    assert len(result.model.trainable_variables) > 1
    assert result.measured.verification.accuracy > 0.0


def test_what_stages_make_of_the_keys(tiny):
    recipe = load_recipe(staged(tiny))
    assert [stage.loss[0].name for stage in recipe.stages] == ["simsiam", "arcface"]
    assert [stage.pretrain is None for stage in recipe.stages] == [False, True]
    assert load_recipe(recipe.to_dict()).to_dict() == recipe.to_dict()
    alone = load_recipe({**{k: v for k, v in tiny().items() if k != "loss"}, "pretrain": "byol"})
    assert alone.stages[0].loss[0].name == "byol"


@pytest.mark.parametrize(
    ("pretrain", "message"),
    [
        ("simsam", r"method: unknown name 'simsam'.*simsiam|unknown name 'simsam'"),
        ({"name": "simclr", "margin": 0.2}, "simclr: unknown argument 'margin'; expected temperature"),
        ({"name": "vicreg", "memory": 64}, "memory: vicreg has none"),
        ({"name": "simclr", "preset": "face"}, r"preset: unknown 'face'.*faces"),
        (7, "expected keys with values"),
    ],
)
def test_mistakes_are_told_before_the_training(pretrain, message, tiny):
    with pytest.raises(RecipeError, match=message):
        train(tiny(stages=[{"pretrain": pretrain, "epochs": 1}]))


def test_pretraining_and_a_loss_in_one_stage(tiny):
    with pytest.raises(RecipeError, match="pretrain, loss: expected two stages"):
        load_recipe(tiny(pretrain="simsiam"))
    with pytest.raises(RecipeError, match="expected a size: views are compared"):
        batch = {"identities_per_batch": 2, "images_per_identity": 2}
        train(tiny(stages=[{"pretrain": "simclr", "epochs": 1, "batch": batch}]))
