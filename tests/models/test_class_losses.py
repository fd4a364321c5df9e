"""Losses that need more of a FaceModel than scores: biases that are trained, norms of weights, scaled embeddings."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

import tfface

CLASSES, SIZE = 7, 12


def model_of(loss, head, **options):
    images = keras.Input((6, 6, 1))
    backbone = keras.Model(images, keras.layers.Dense(SIZE)(keras.layers.Flatten()(images)))
    model = tfface.FaceModel(backbone, head)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), loss=loss, **options)
    return model


def data(size=16):
    random = np.random.default_rng(0)
    return random.random((size, 6, 6, 1)).astype("float32"), random.integers(0, CLASSES, size)


def value(model, name):
    return np.array(tf.convert_to_tensor(model.loss_state.read()[name]))


def assert_same_weights(one, other, tolerance=0.0):
    for ours, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def test_a_bias_takes_the_optimisers_steps():
    images, labels = data()
    loss = tfface.UniFace(scale=8.0)
    model = model_of(loss, tfface.layers.CosineHead(CLASSES))
    before = value(model, "uniface_bias_shared")
    assert before == pytest.approx(np.log(10 * CLASSES))
    cosines = model.predict(images, verbose=0).astype("float64")
    own = np.eye(CLASSES)[labels]
    logits = 8.0 * (cosines - 0.4 * own) - before
    slope = np.mean(np.sum(np.where(own, 1 / (1 + np.exp(logits)), -1 / (1 + np.exp(-logits))), axis=1))
    model.fit(images, labels, batch_size=len(labels), verbose=0)
    assert value(model, "uniface_bias_shared") == pytest.approx(before - 0.1 * slope, rel=1e-5)


MANY = (
    tfface.AdaCos()
    + tfface.ElasticFace(plus=True, scale=8.0)
    + tfface.SphereFace2(scale=8.0)
    + 0.1 * tfface.UniFace(scale=8.0, bias="per_class")
)


def test_scales_steps_and_biases_are_trained_saved_and_resumed(tmp_path):
    images, labels = data()
    model = model_of(MANY, tfface.layers.CosineHead(CLASSES))
    names = ["adacos_scale", "elasticface_step", "sphereface2_bias", "uniface_bias_per_class"]
    assert list(model.loss_state.read()) == names
    before = [value(model, name) for name in names]
    model.evaluate(images, labels, verbose=0)
    for name, old in zip(names, before, strict=True):
        np.testing.assert_array_equal(value(model, name), old)
    history = model.fit(images, labels, epochs=2, batch_size=8, verbose=0).history
    assert all(np.all(np.isfinite(values)) for values in history.values())
    for name, old in zip(names, before, strict=True):
        assert np.any(value(model, name) != old), name
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert_same_weights(model, again)
    for one in (model, again):
        one.fit(images, labels, batch_size=8, verbose=0, shuffle=False)
    # Equal only if the optimiser's slots of the biases and the drawn margins go on, too.
    assert_same_weights(model, again, 1e-6)


def test_a_bias_per_class_moves_with_its_sampled_class():
    images, labels = data(8)
    head = tfface.layers.CosineHead(400, engine="partial", sample_rate=0.05)
    model = model_of(tfface.UniFace(bias="per_class"), head)
    assert value(model, "uniface_bias_per_class")[0] == pytest.approx(np.log(10 * 20))
    before, kernel = value(model, "uniface_bias_per_class"), np.array(head.get_weights()[0])
    model.fit(images, labels, epochs=1, batch_size=8, verbose=0)
    moved = value(model, "uniface_bias_per_class") != before
    assert 0 < moved.sum() <= 20 and np.all(moved[np.unique(labels)])
    assert not np.any(moved & np.all(head.get_weights()[0] == kernel, axis=1))


def test_a_sampled_head_trains_biases_like_the_dense_one():
    images, labels = data()
    trained = []
    for options in ({}, {"engine": "partial", "sample_rate": 1.0}):
        keras.utils.set_random_seed(3)
        loss = tfface.SphereFace2(scale=8.0) + 0.1 * tfface.UniFace(scale=8.0, bias="per_class")
        model = model_of(loss, tfface.layers.CosineHead(CLASSES, **options))
        model.fit(images, labels, epochs=2, batch_size=8, verbose=0, shuffle=False)
        trained.append((model.backbone, value(model, "uniface_bias_per_class"), value(model, "sphereface2_bias")))
    (one, biases, bias), (other, other_biases, other_bias) = trained
    assert_same_weights(one, other, 1e-4)
    np.testing.assert_allclose(biases, other_biases, rtol=1e-4)
    np.testing.assert_allclose(bias, other_bias, rtol=1e-4)


@pytest.mark.parametrize("engine", ["dense", "partial"])
def test_losses_on_dot_products_in_a_face_model(engine):
    images, labels = data()
    head = tfface.layers.LinearHead(CLASSES, use_bias=False, engine=engine)
    loss = tfface.LSoftmax(margin=2, lambda_start=0.0, lambda_min=0.0) + 0.5 * tfface.L2Softmax(alpha=6.0)
    model = model_of(loss, head, metrics=["accuracy"])
    x = model.embed(images, normalize=False).astype("float64")
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    w = np.array(head.get_weights()[0], "float64")
    own = np.arange(len(labels)), labels
    scores = x @ w.T
    length = np.linalg.norm(x, axis=1) * np.linalg.norm(w, axis=1)[labels]
    cosine = scores[own] / length
    scores[own] = length * np.where(cosine > 0, 2 * cosine**2 - 1, 1 - 2 * cosine**2 - 2)

    def softmax(logits):
        return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[own])

    expected = softmax(scores) + 0.5 * softmax(6.0 * unit @ w.T)
    history = model.fit(images, labels, batch_size=len(labels), epochs=3, verbose=0).history
    assert history["loss"][0] == pytest.approx(expected, rel=1e-5)
    assert history["loss"][-1] < history["loss"][0]


def test_the_norm_of_the_weights_leaves_no_room_for_a_bias():
    with pytest.raises(ValueError, match=r"LSoftmax: expected a LinearHead\(num_classes, use_bias=False\)"):
        model_of(tfface.LSoftmax(), tfface.layers.LinearHead(CLASSES))


def test_too_few_classes_are_refused_when_the_model_is_compiled():
    with pytest.raises(ValueError, match="AdaCos: expected at least 3 classes"):
        model_of(tfface.AdaCos(), tfface.layers.CosineHead(2))
