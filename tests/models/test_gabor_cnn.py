"""The backbone of a CNN and Gabor magnitudes side by side."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

from tfface.models import backbones


@pytest.fixture
def images():
    return np.random.default_rng(0).normal(size=(6, 20, 16, 1)).astype(np.float32)


def test_each_half_counts_the_same(images):
    model = backbones.gabor_cnn((20, 16, 1), embedding_size=12, widths=(4,), wavelengths=(4,))
    embeddings = np.asarray(model(images))
    assert embeddings.shape == (6, 12)
    np.testing.assert_allclose(np.linalg.norm(embeddings.reshape(6, 2, 6), axis=-1), 1, rtol=1e-5)


def test_one_loss_trains_both_branches(images):
    model = backbones.gabor_cnn((20, 16, 1), embedding_size=12, widths=(4,), wavelengths=(4,))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(model(images, training=True) - 1))
    for branch in ("small_cnn", "gabor"):
        kernel = model.get_layer(branch).trainable_weights[-1]
        assert any(weight is kernel for weight in model.trainable_weights)
    assert all(np.abs(gradient).max() > 0 for gradient in tape.gradient(loss, model.trainable_weights))


def test_it_is_saved(images, tmp_path):
    model = backbones.gabor_cnn((20, 16, 1), embedding_size=12, widths=(4,), wavelengths=(4,))
    model.save(tmp_path / "gabor_cnn.keras")
    loaded = keras.models.load_model(tmp_path / "gabor_cnn.keras")
    np.testing.assert_allclose(loaded(images), model(images), rtol=1e-5, atol=1e-6)


def test_an_odd_size_has_no_halves():
    with pytest.raises(ValueError, match="embedding_size: expected an even number, received 9"):
        backbones.gabor_cnn((20, 16, 1), embedding_size=9)
