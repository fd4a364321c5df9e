"""A recipe that learns from two views first: stages, frozen backbones, resumption, mistakes."""

import signal

import numpy as np
import pytest

from tfface.training import RecipeError, TrainingInterrupted, keeper, load_recipe, train
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


@pytest.mark.soak
def test_an_interrupted_pretraining_ends_with_the_same_weights(tiny, monkeypatch):
    """With the slow copy, its rising momentum, and LARS with its slots; then ArcFace on a frozen backbone."""
    byol = {"name": "byol", "projector": [16, 8], "predictor": 4}
    stages = [
        {"pretrain": byol, "epochs": 2, "optimizer": {"name": "lars", "learning_rate": 0.1}},
        {"epochs": 1, "frozen": True},
    ]
    whole = train(tiny("whole", stages=stages))
    steps = []

    def interrupting(self, batch, logs=None, original=keeper.Keeper.on_train_batch_end):
        steps.append(batch)
        if len(steps) in (2, 5, 8):  # in an epoch of the pretraining, in the next, with the frozen backbone
            signal.raise_signal(signal.SIGINT)
        original(self, batch, logs)

    monkeypatch.setattr(keeper.Keeper, "on_train_batch_end", interrupting)
    resumed, interruptions = None, 0
    while resumed is None:
        try:
            resumed = train(tiny("resumed", stages=stages), resume=interruptions > 0)
        except TrainingInterrupted:
            interruptions += 1
    assert interruptions == 3
    for expected, weight in zip(whole.model.get_weights(), resumed.model.get_weights(), strict=True):
        np.testing.assert_allclose(weight, expected, atol=1e-6)
