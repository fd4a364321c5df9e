"""A recipe becomes a trained model, results on unseen people, and a tracked run."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tensorflow import keras

from tfface import evaluation
from tfface.tracking import read_runs
from tfface.training import RecipeError, load_recipe, train
from tfface.training.material import Material

FROZEN = {"epochs": 1, "optimizer": {"name": "sgd", "learning_rate": 1e-12}}


def test_a_training_leaves_model_results_and_run(tiny, tmp_path, monkeypatch, caplog):
    monkeypatch.delenv("NEPTUNE_API_TOKEN", raising=False)
    tracked = {"directory": str(tmp_path / "runs"), "project": "team/faces", "batch_every": 3}
    result = train(tiny(evaluation={"folds": 3, "every": 1, "show_hardest": 2}, tracking=tracked, seed=5))
    assert f"logging offline to {tmp_path / 'runs'} instead" in caplog.text

    assert len(result.history["loss"]) == 2
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert results["run_id"] == result.run_id
    assert results["measured"]["accuracy"] == result.measured.verification.accuracy
    assert results["measured"]["rank1"] == result.measured.identification.rank1
    assert load_recipe(tmp_path / "out" / "recipe.yaml").to_dict() == result.recipe.to_dict()

    images = np.zeros((2, 12, 12, 1), np.float32)
    model = keras.models.load_model(tmp_path / "out" / "model.keras")
    np.testing.assert_array_equal(model.embed(images), result.model.embed(images))

    (run,) = read_runs(tmp_path / "runs")
    assert run.id == result.run_id
    assert run.status == "finished"
    assert list(run.series["train/epoch/loss"].steps) == [1, 2]
    assert run.parameters["recipe/stages/0/loss/0/name"] == "arcface"
    assert run.parameters["data/identities"] == 5
    ((name, found),) = run.results.items()
    assert found["accuracy"] == pytest.approx(result.measured.verification.accuracy)
    assert found["interval/accuracy/low"] < found["accuracy"] and found["rank1"] == result.measured.identification.rank1
    curves = json.loads(Path(run.files[f"evaluation/{name}/curves"]).read_text())
    assert curves == result.measured.verification.curves()
    assert {f"figures/roc-{name}", "figures/embeddings", "model/summary"} <= run.files.keys()
    assert {f"faces/{name}-hardest-{kind}" for kind in ("genuine", "impostor")} <= run.files.keys()
    assert list(run.series["train/batch/loss"].steps) == [3, 6]
    accuracies = run.series[f"verification/{name}/accuracy"].values
    assert run.parameters["summary/best_epoch"] == int(np.argmax(accuracies)) + 1
    kept = tmp_path / "out" / "model.keras"
    assert run.parameters["checkpoint/path"] == str(kept)
    assert run.parameters["checkpoint/sha256"] == hashlib.sha256(kept.read_bytes()).hexdigest()
    assert run.parameters["environment/seed"] == run.parameters["recipe/seed"] == 5
    assert (run.parameters["data/held_out/identities"], run.parameters["data/held_out/images"]) == (3, 18)

    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(RecipeError, match="holds a finished training"):
        train(result.recipe)
    with pytest.raises(RecipeError, match="nothing to resume"):
        train(result.recipe, resume=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_stages_go_on_with_the_same_weights(tiny, tmp_path):
    alone = train(tiny("alone", epochs=1))
    stages = [{"epochs": 1}, {"loss": "cosface", **FROZEN}]
    result = train(tiny("stages", stages=stages))

    for part in ("backbone", "head"):  # cosface scores as arcface does, so the head stays too
        first, last = getattr(alone.model, part), getattr(result.model, part)
        for expected, weight in zip(first.trainable_weights, last.trainable_weights, strict=True):
            np.testing.assert_allclose(np.asarray(weight), np.asarray(expected), atol=1e-6)
    assert result.model.loss.name == "cosface"
    run = next(run for run in read_runs(tmp_path / "runs") if run.id == result.run_id)
    assert list(run.series["train/epoch/loss"].steps) == [1, 2]


def test_precision_is_set_for_the_training_only(tiny):
    before = keras.mixed_precision.global_policy().name
    result = train(tiny(precision="mixed_bfloat16", epochs=1))
    assert result.model.backbone.layers[1].compute_dtype == "bfloat16"
    assert keras.mixed_precision.global_policy().name == before


def test_everybody_can_be_trained_on_and_others_evaluated(tiny, faces):
    source = {"name": "folder", "path": str(faces)}
    result = train(tiny(data={"source": source}, evaluation={"source": source, "folds": 3}, epochs=1))
    assert result.model.head.num_classes == 8
    assert result.measured.verification.genuine == 8 * 15


def test_an_unreadable_image_stops_or_is_skipped_and_counted(tiny, faces, tmp_path):
    shutil.copytree(faces, tmp_path / "faces")
    (tmp_path / "faces" / "p1" / "3.pgm").write_bytes(b"P5 12 12 255\nshort")
    data = {"source": {"name": "folder", "path": str(tmp_path / "faces")}, "train_identities": 5}
    with pytest.raises(ValueError, match=r"p1/3\.pgm"):
        train(tiny(data=data, epochs=1))
    with pytest.warns(UserWarning, match="skipped 1 of 30"):
        result = train(tiny(data={**data, "on_error": "skip"}, epochs=1))
    assert len(result.skipped) == 1 and "p1/3.pgm" in result.skipped[0]


def test_people_in_the_mirror_are_people_more(tiny):
    recipe = tiny(epochs=1)
    recipe["data"]["mirror_identities"] = True
    result = train(recipe)
    assert result.model.head.num_classes == 10
    material = Material(load_recipe(recipe))
    material.decode()
    images, labels = material.images.some()
    assert material.num_classes == 10 and sorted(set(labels)) == list(range(10))
    half = len(images) // 2
    np.testing.assert_array_equal(images[half:], images[:half, :, ::-1])
    np.testing.assert_array_equal(labels[half:], labels[:half] + 5)


@pytest.fixture
def lonely(faces, tmp_path):
    """A folder with one image of each person."""
    for person in sorted(faces.iterdir()):
        (tmp_path / "lonely" / person.name).mkdir(parents=True)
        shutil.copy(person / "0.pgm", tmp_path / "lonely" / person.name)
    return {"source": {"name": "folder", "path": str(tmp_path / "lonely")}}


def test_triplets_of_people_with_one_image_are_refused(tiny, lonely):
    problem = (
        "recipe: loss: triplet compares images of one identity: expected identities with at least two images, got 8"
    )
    with pytest.raises(RecipeError, match=problem):
        train(tiny(data=lonely, loss="triplet", batch=8))
    with pytest.raises(RecipeError, match=r"recipe: loss\.1: triplet compares"):
        train(
            tiny(
                "two",
                data=lonely,
                loss=["arcface", "triplet"],
                batch={"identities_per_batch": 2, "images_per_identity": 2},
            )
        )
    train(tiny("three", data=lonely, batch=8, epochs=1))  # arcface learns classes of one image


def test_one_identity_that_is_left_is_refused(tiny, lonely, tmp_path):
    for person in range(1, 8):
        (tmp_path / "lonely" / f"p{person}" / "0.pgm").write_bytes(b"P5 12 12 255\nshort")
    with pytest.warns(UserWarning, match="skipped 7"), pytest.raises(RecipeError) as raised:
        train(tiny(data={**lonely, "on_error": "skip"}))
    assert str(raised.value) == (
        "recipe: data.source: expected at least two identities to train on, got one; 7 images could not be read"
    )


def test_whitening_is_learnt_from_the_training_people_and_watched_during_training(tiny):
    result = train(tiny(evaluation={"folds": 3, "every": 1, "whiten": 0.3}))
    material = Material(result.recipe)
    material.decode()
    known = material.images.some()
    embeddings = evaluation.embed(
        evaluation.whitened(result.model, *known, shrinkage=0.3), material.held_out.images, flip=True
    )
    first, second, same = material.held_out.pairs
    expected = evaluation.verification(embeddings[first], embeddings[second], same, 3)
    assert result.measured.verification.auc == pytest.approx(expected.auc)
    (watched,) = (values for name, values in result.history.items() if name.endswith("_auc"))
    assert watched[-1] == pytest.approx(expected.auc)
