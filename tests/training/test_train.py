"""A recipe becomes a trained model, results on unseen people, and a tracked run."""

import json

import numpy as np
import pytest
from tensorflow import keras

import tfface
from tfface.tracking import read_runs
from tfface.training import RecipeError, load_recipe, train

TRIPLET = {"loss": "triplet", "epochs": 1, "batch": {"identities_per_batch": 4, "images_per_identity": 2}}
JOINT = {"loss": ["softmax", {"name": "center", "weight": 0.01}], "epochs": 1}


def test_a_training_leaves_model_results_and_run(tiny, tmp_path):
    result = train(tiny(evaluation={"folds": 3, "every": 1}))

    assert len(result.history["loss"]) == 2
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert results["run_id"] == result.run_id
    assert results["measured"]["accuracy"] == result.measured.verification.accuracy
    assert 0 <= results["measured"]["rank1"] <= 1

    model = keras.models.load_model(tmp_path / "out" / "model.keras")
    images = np.zeros((2, 12, 12, 1), np.float32)
    np.testing.assert_array_equal(model.embed(images), result.model.embed(images))

    (run,) = read_runs(tmp_path / "runs")
    name = str(result.recipe.data.source.arguments["path"]).replace("/", "_")
    assert run.id == result.run_id
    assert run.status == "finished"
    assert list(run.series["train/epoch/loss"].steps) == [1, 2]
    assert run.parameters["recipe/stages/0/loss/0/name"] == "arcface"
    assert run.parameters["data/identities"] == 5
    assert run.results[name]["accuracy"] == pytest.approx(result.measured.verification.accuracy)


def test_stages_go_on_with_the_same_backbone(tiny, tmp_path):
    first = train(tiny("one", epochs=1))
    frozen = {"optimizer": {"name": "sgd", "learning_rate": 1e-12}}
    result = train(tiny("many", stages=[{"epochs": 1}, {**TRIPLET, **frozen}, {**JOINT, **frozen}]))

    for before, after in zip(
        first.model.backbone.trainable_weights, result.model.backbone.trainable_weights, strict=True
    ):
        np.testing.assert_allclose(np.asarray(before), np.asarray(after), atol=1e-6)
    assert isinstance(result.model.head, tfface.layers.LinearHead)
    assert len(result.history["loss"]) == 3
    run = next(run for run in read_runs(tmp_path / "runs") if run.id == result.run_id)
    assert list(run.series["train/epoch/loss"].steps) == [1, 2, 3]


def test_a_stage_with_the_same_head_keeps_it(tiny):
    frozen = {"optimizer": {"name": "sgd", "learning_rate": 1e-12}}
    kept = train(tiny("kept", stages=[{"epochs": 1}, {"epochs": 1, "loss": "cosface", **frozen}]))
    alone = train(tiny("alone", epochs=1))
    np.testing.assert_allclose(
        np.asarray(kept.model.head.kernel), np.asarray(alone.model.head.kernel), atol=1e-6
    )


def test_the_same_seed_gives_the_same_weights(tiny):
    one, same, other = (train(tiny(str(index), seed=seed)) for index, seed in enumerate((1, 1, 2)))
    for first, second, third in zip(*(result.model.get_weights() for result in (one, same, other)), strict=True):
        np.testing.assert_array_equal(first, second)
        assert first.ndim == 1 or not np.array_equal(first, third)


def test_precision_is_set_for_the_training_only(tiny):
    before = keras.mixed_precision.global_policy().name
    result = train(tiny(precision="mixed_bfloat16", epochs=1))
    assert result.model.backbone.layers[1].compute_dtype == "bfloat16"
    assert keras.mixed_precision.global_policy().name == before


def test_all_people_can_be_trained_on(tiny, faces):
    everybody = {"source": {"name": "folder", "path": str(faces)}}
    result = train(tiny(data=everybody, epochs=1))
    assert result.measured is None
    assert result.model.head.num_classes == 8


def test_evaluation_can_have_a_source_of_its_own(tiny, faces):
    source = {"name": "folder", "path": str(faces)}
    result = train(tiny(data={"source": source}, evaluation={"source": source, "folds": 3}, epochs=1))
    assert result.measured.verification.genuine == 8 * 15


def test_the_output_of_another_training_is_left_alone(tiny, tmp_path):
    train(tiny(epochs=1))
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(RecipeError, match="holds a finished training"):
        train(tiny(epochs=1))
    with pytest.raises(RecipeError, match="nothing to resume"):
        train(tiny(epochs=1), resume=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_the_resolved_recipe_is_kept(tiny, tmp_path):
    recipe = train(tiny(stages=[{"epochs": 1}, TRIPLET])).recipe
    assert load_recipe(tmp_path / "out" / "recipe.yaml").to_dict() == recipe.to_dict()
