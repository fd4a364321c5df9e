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


SHORT = {"pretrain": {**PRETRAIN, "epochs": 1, "batch": 15}, "epochs": 4, "frozen_epochs": 1, "layer_rates": 0.5}


def test_pretraining_beside_a_loss_is_three_stages(tiny):
    recipe = load_recipe(tiny(**SHORT, augment={"flip": 0.5}, schedule="cosine"))
    first, still, last = recipe.stages
    assert [stage.loss[0].name for stage in recipe.stages] == ["simsiam", "arcface", "arcface"]
    assert [stage.epochs for stage in recipe.stages] == [1, 1, 3]
    assert [stage.batch.size for stage in recipe.stages] == [15, 10, 10]
    assert [stage.schedule.name for stage in recipe.stages] == ["cosine", "constant", "cosine"]
    assert [stage.frozen for stage in recipe.stages] == [False, True, False]
    assert [stage.layer_rates for stage in recipe.stages] == [None, None, 0.5]
    assert first.augment is None and first.pretrain.arguments == {"projector": [16, 8], "predictor": 4}
    assert last.augment == still.augment == {"flip": 0.5}
    assert load_recipe(recipe.to_dict()).to_dict() == recipe.to_dict()
    first, last = load_recipe(tiny(pretrain="barlow_twins")).stages
    assert (first.epochs, last.epochs) == (2, 2) and (first.loss[0].name, last.pretrain) == ("barlow_twins", None)


@pytest.mark.soak
def test_it_trains_and_resumes_with_its_layer_rates(tiny, monkeypatch):
    class Stop(Exception):
        pass

    def stopping(self, epoch, logs=None, original=keeper.Keeper.on_epoch_end):
        original(self, epoch, logs)
        if epoch == 3:  # of the last stage the second of three
            raise Stop

    recipe = tiny(**SHORT, optimizer={"name": "sgd", "learning_rate": 0.05})
    whole = train(recipe | {"output": tiny("whole")["output"]})
    with monkeypatch.context() as patched, pytest.raises(Stop):
        patched.setattr(keeper.Keeper, "on_epoch_end", stopping)
        train(recipe)
    resumed = train(recipe, resume=True)
    assert resumed.model.get_compile_config()["layer_rates"] == 0.5
    for expected, weight in zip(whole.model.get_weights(), resumed.model.get_weights(), strict=True):
        np.testing.assert_allclose(weight, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"frozen_epochs": 4}, "frozen_epochs: expected fewer than epochs, which is 4, got 4"),
        ({"frozen_epochs": -1}, "frozen_epochs: expected greater than or equal to 0"),
        ({"pretrain": {**PRETRAIN, "epochs": "many"}}, "pretrain.epochs: expected a valid integer"),
        ({"layer_rates": {"blcok1": 0.1}}, "layer_rates: no layer with weights is called 'blcok1'"),
        ({"layer_rates": 1.5}, r"layer_rates: expected a number in \(0, 1\]"),
        ({"pretrain": 7}, "pretrain: expected keys with values"),
        ({"loss": "simsiam", "pretrain": None, "stages": [{}]}, "frozen_epochs: expected pretrain and loss beside it"),
    ],
)
def test_mistakes_beside_a_loss(changes, message, tiny):
    with pytest.raises(RecipeError, match=message):
        train(tiny(**{**SHORT, **changes}))


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
        load_recipe(tiny(stages=[{"pretrain": "simsiam", "loss": "arcface", "epochs": 1}]))
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
