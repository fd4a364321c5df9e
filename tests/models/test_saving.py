"""What a FaceModel learns, the weights of its losses included, is saved, restored and kept by a recompilation."""

import numpy as np
import pytest
import reference as ref
from small_models import CLASSES, EACH, SIZE, assert_same_weights, backbone, data, make, state
from tensorflow import keras

import tfface

STATEFUL = [
    tfface.AdaFace(),
    tfface.SphereFace(),
    tfface.CurricularFace(),
    tfface.ArcFace() + 0.1 * tfface.CenterLoss(CLASSES),
]


@pytest.mark.parametrize("loss", EACH, ids=lambda loss: repr(loss)[:40])
def test_fit_save_load_and_go_on(loss, tmp_path):
    keras.utils.set_random_seed(1)
    images, labels = data()
    model = make(loss)
    history = model.fit(images, labels, epochs=2, batch_size=16, verbose=0, validation_data=(images, labels)).history
    assert np.all(np.isfinite(history["loss"])) and np.all(np.isfinite(history["val_loss"]))
    assert "accuracy" in history
    if loss.kind == "joint":
        parts = {part.name: weight for part, weight in zip(loss.losses, loss.weights, strict=True)}
        np.testing.assert_allclose(history["loss"], sum(np.array(history[name]) for name in parts), rtol=1e-5)

    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert_same_weights(model, again)
    assert model.evaluate(images, labels, verbose=0) == again.evaluate(images, labels, verbose=0)
    assert again.loss.get_config() == loss.get_config()
    for one in (model, again):
        one.fit(images, labels, epochs=1, batch_size=16, verbose=0, shuffle=False)
    # Equal only if optimiser slots and the loss's state were restored too.
    assert_same_weights(model, again, 1e-6)
    assert {k: v.tolist() for k, v in state(model).items()} == {k: v.tolist() for k, v in state(again).items()}


@pytest.mark.parametrize("loss", STATEFUL, ids=lambda loss: loss.name)
def test_state_moves_in_training_and_not_in_evaluation(loss):
    images, labels = data()
    model = make(loss)
    before = state(model)
    model.evaluate(images, labels, verbose=0)
    for name, value in state(model).items():
        np.testing.assert_array_equal(value, before[name])
    model.fit(images, labels, verbose=0)
    for name, value in state(model).items():
        assert np.any(value != before[name]), name


@pytest.mark.parametrize("loss", STATEFUL, ids=lambda loss: loss.name)
def test_reload_without_compile_and_recompile(loss, tmp_path):
    images, labels = data()
    model = make(loss)
    model.fit(images, labels, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras", compile=False)
    np.testing.assert_array_equal(again.embed(images), model.embed(images))
    again.compile("sgd", loss=loss)
    for name, value in state(again).items():
        np.testing.assert_array_equal(value, state(model)[name])
    # A recompilation after fit, with another loss and back, keeps the values too.
    kept = state(model)
    model.compile("sgd", loss=tfface.ArcFace())
    model.compile("sgd", loss=loss)
    for name, value in state(model).items():
        np.testing.assert_array_equal(value, kept[name])


def test_center_moves_as_published():
    images, labels = data()
    model = make(tfface.Softmax() + 0.1 * tfface.CenterLoss(CLASSES, alpha=0.3))
    embeddings = model.embed(images, normalize=False).astype("float64")
    model.fit(images, labels, batch_size=len(labels), verbose=0)
    expected = ref.moved_centers(labels, embeddings, np.zeros((CLASSES, SIZE)), 0.3)
    np.testing.assert_allclose(state(model)["centers"], expected, rtol=1e-4, atol=1e-5)


def test_an_uncompiled_model_saves_and_stays_uncompiled(tmp_path):
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES))
    model.save(tmp_path / "one.keras")
    again = keras.models.load_model(tmp_path / "one.keras", compile=False)
    again.save(tmp_path / "two.keras")
    assert keras.models.load_model(tmp_path / "two.keras").loss is None
    assert_same_weights(model, again)
