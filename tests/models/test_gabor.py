"""Gabor magnitudes: what they see, and the backbone made of them."""

import numpy as np
import pytest
from tensorflow import keras

from tfface.models import backbones
from tfface.models.gabor import GaborMagnitude


def wave(length, angle):
    y, x = np.mgrid[:64, :64]
    return np.cos(2 * np.pi / length * (x * np.cos(angle) + y * np.sin(angle)))[np.newaxis, ..., np.newaxis]


@pytest.mark.parametrize("strongest", range(8))
def test_each_magnitude_answers_to_its_own_wave(strongest):
    length, direction = [(4, 8)[strongest // 4], strongest % 4]
    magnitudes = np.asarray(GaborMagnitude((4, 8))(wave(length, np.pi * direction / 4)))[0, 16, 16]
    assert magnitudes.argmax() == strongest
    assert magnitudes[strongest] == pytest.approx(0.5, abs=0.01)


def test_even_light_gives_nothing_and_the_phase_does_not_count():
    layer = GaborMagnitude((4,))
    np.testing.assert_allclose(layer(np.ones((1, 40, 40, 3)))[:, 10, 10], 0, atol=2e-3)
    first, second = (np.asarray(layer(image))[0, 16, 16, 0] for image in (wave(4, 0), np.roll(wave(4, 0), 1, axis=2)))
    assert first == pytest.approx(second, rel=1e-2)


def test_shapes_are_known_without_running():
    layer = GaborMagnitude((4, 8), orientations=3)
    shape = (2, 13, 10, 1)
    assert tuple(layer(np.zeros(shape)).shape) == tuple(layer.compute_output_shape(shape)) == (2, 7, 5, 6)


@pytest.mark.parametrize(
    ("name", "wrong"), [("wavelengths", {"wavelengths": [0]}), ("orientations", {"orientations": 0})]
)
def test_arguments_outside_their_domain_are_refused(name, wrong):
    with pytest.raises(ValueError, match=name):
        GaborMagnitude(**wrong)


def test_the_backbone_is_saved_and_learns_in_its_last_layer_only(tmp_path):
    images = np.random.default_rng(0).normal(size=(3, 20, 16, 1)).astype(np.float32)
    model = backbones.gabor((20, 16, 1), embedding_size=5, wavelengths=(4, 6))
    assert [tuple(weight.shape)[-1] for weight in model.trainable_weights] == [5]
    model.save(tmp_path / "gabor.keras")
    loaded = keras.models.load_model(tmp_path / "gabor.keras")
    np.testing.assert_allclose(loaded(images), model(images), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model(3 * images + 1), model(images), rtol=1e-2, atol=1e-2)  # light does not count
