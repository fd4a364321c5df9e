"""Embeddings that say how sure they are: the likelihood, what learns from it, the layer, the model."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp
from cases import CLASSES, SIZE, batch
from evaluate import value_and_gradients
from reference import unit
from tensorflow import keras

import tfface
from tfface import functional as F

FEATURES = 12


def backbone():
    images = keras.Input((4, 3, 1))
    features = keras.layers.Flatten()(images)
    embeddings = keras.layers.Dense(SIZE)(features)
    return keras.Model(images, tfface.layers.ProbabilisticEmbedding(units=8)([embeddings, features]))


def face_model():
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES))
    model.compile(keras.optimizers.Adam(0.01), loss=tfface.ArcFace(scale=16.0) + 0.01 * tfface.VonMisesFisher())
    return model


def faces(size=16):
    random = np.random.default_rng(0)
    return random.normal(size=(size, 4, 3, 1)).astype("float32"), random.integers(0, CLASSES, size)


@pytest.mark.parametrize("dimension", [2, 5, 128, 512])
def test_likelihood_is_that_of_tfp(dimension):
    random = np.random.default_rng(0)
    embeddings = unit(random.normal(size=(6, dimension))) * np.geomspace(0.1, 1000, 6)[:, None]
    directions = unit(random.normal(size=(6, dimension)))
    peer = tfp.distributions.VonMisesFisher(unit(embeddings), np.linalg.norm(embeddings, axis=1))  # float64
    expected = tfp.distributions.SphericalUniform(dimension, dtype=tf.float64).log_prob(directions)
    expected -= peer.log_prob(directions)
    cosines, kappa = np.sum(unit(embeddings) * directions, axis=1), np.linalg.norm(embeddings, axis=1)
    ours = F.von_mises_fisher(cosines, kappa, dimension)
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=3e-5 * dimension)
    np.testing.assert_allclose(F.distribution(embeddings).log_prob(directions), peer.log_prob(directions), rtol=1e-4)
    np.testing.assert_allclose(F.uncertainty(embeddings), 1 - tf.norm(peer.mean(), axis=1), atol=1e-6)


def test_the_norm_learns_the_expected_cosine():
    """The least loss of faces whose cosines are 0.2 … 0.8 is at the κ that expects their mean."""
    cosines = tf.constant([0.2, 0.5, 0.8])
    kappa = np.linspace(0.0, 40.0, 401, dtype="float32")
    losses = tf.reduce_mean(F.von_mises_fisher(cosines, tf.tile(kappa[:, None], [1, 3]), 8), axis=1).numpy()
    assert float(F.resultant_length(kappa[np.argmin(losses)], 8)) == pytest.approx(0.5, abs=0.01)
    assert losses[0] == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("kappa", [0.0, 1e-4, 0.1, 10.0, 1e4])
def test_slope_is_expected_less_actual_cosine(kappa):
    kappa, cosine = tf.constant(kappa), tf.constant(0.3)
    with tf.GradientTape() as tape:
        tape.watch([kappa, cosine])
        loss = F.von_mises_fisher(cosine, kappa, 64)
    slopes = tape.gradient(loss, [kappa, cosine])
    expected = tf.norm(tfp.distributions.VonMisesFisher(tf.one_hot(0, 64), kappa).mean()) - 0.3
    np.testing.assert_allclose(slopes, [expected, -kappa], rtol=1e-4)


def test_only_the_norm_learns():
    from cases import CASES

    case = next(case for case in CASES if case.name == "von-mises-fisher")
    embeddings, weights, labels = batch()
    _, (to_embeddings, to_weights) = value_and_gradients(case, embeddings, weights, labels)
    assert np.all(to_weights == 0.0)
    slopes = F.resultant_length(np.linalg.norm(embeddings, axis=1), SIZE) - np.sum(
        unit(embeddings) * unit(weights)[labels], axis=1
    )
    np.testing.assert_allclose(to_embeddings, slopes[:, None] * unit(embeddings) / len(labels), rtol=1e-4, atol=1e-6)


def test_the_layer_keeps_directions_and_adds_a_length():
    embeddings, features = np.random.default_rng(0).normal(size=(2, 7, FEATURES)).astype("float32")
    layer = tfface.layers.ProbabilisticEmbedding()
    outputs = layer([embeddings[:, :SIZE], features])
    np.testing.assert_allclose(F.normalize(outputs), unit(embeddings[:, :SIZE]), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(F.norm(outputs), F.norm(outputs)[0], rtol=1e-5)  # at first one for all
    layer.output_layer.kernel.assign(tf.random.stateless_normal(layer.output_layer.kernel.shape, [0, 1]))
    assert np.ptp(F.norm(layer([embeddings[:, :SIZE], features]))) > 0.1
    moved = layer([embeddings[:, :SIZE], 100.0 * features + 5.0])
    np.testing.assert_allclose(moved, layer([embeddings[:, :SIZE], features]), rtol=1e-3)


def test_concentration_sends_no_gradient_into_the_features():
    embeddings, features = tf.random.stateless_normal((2, 7, FEATURES), [0, 1])
    layer = tfface.layers.ProbabilisticEmbedding()
    layer([embeddings, features])
    layer.output_layer.kernel.assign(tf.ones_like(layer.output_layer.kernel))
    with tf.GradientTape() as tape:
        tape.watch([embeddings, features])
        kappa = F.norm(layer([embeddings, features]))
    sources = [embeddings, features, *layer.hidden.trainable_variables]
    to_embeddings, to_features, to_kernel, _ = tape.gradient(kappa, sources)
    assert to_features is None and np.any(to_kernel != 0.0)
    np.testing.assert_allclose(to_embeddings, np.zeros((7, FEATURES)), atol=1e-5)


def test_a_model_reports_both_parts_and_saves(tmp_path):
    model = face_model()
    images, labels = faces()
    history = model.fit(images, labels, epochs=2, verbose=0).history
    assert history.keys() == {"loss", "arcface", "von_mises_fisher"}
    uncertainty = model.uncertainty(images)
    assert uncertainty.shape == (16,) and uncertainty.dtype == np.float32
    assert np.all((uncertainty > 0) & (uncertainty < 1))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.uncertainty(images), uncertainty, rtol=1e-6)
    np.testing.assert_allclose(again.embed(images), model.embed(images), rtol=1e-6)


def test_models_without_the_layer_and_inputs_without_features_are_refused():
    images = keras.Input((4, 3, 1))
    embeddings = keras.layers.Dense(SIZE)(keras.layers.Flatten()(images))
    model = tfface.FaceModel(keras.Model(images, embeddings), tfface.layers.CosineHead(CLASSES))
    with pytest.raises(ValueError, match=r"ends in a tfface\.layers\.ProbabilisticEmbedding"):
        model.uncertainty(faces()[0])
    for wrong in (np.zeros((2, SIZE)), [np.zeros((2, SIZE))], [np.zeros((2, SIZE)), np.zeros((2, 3, 3))]):
        with pytest.raises(ValueError, match=r"expected \[embeddings \(B, D\), features \(B, F\)\]"):
            tfface.layers.ProbabilisticEmbedding()(wrong)
    with pytest.raises(ValueError, match=r"(?s)the norm of the embeddings.*FaceModel\("):
        tfface.VonMisesFisher()(np.zeros(3), np.zeros((3, CLASSES), "float32"))
