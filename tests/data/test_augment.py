"""Augmentation: each change does what it says, alone, and no more than its bound."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfface.data import Augment
from tfface.data.transform import augment_batch

only = {"flip": 0.0}


def ramp(count=40, height=21, width=31):
    """Pixel value = column × 4 + row × 2: its gradient tells how an image was moved."""
    rows, columns = np.mgrid[:height, :width]
    return np.tile((columns * 4.0 + rows * 2.0).astype(np.float32)[None, ..., None], (count, 1, 1, 1))


def apply(augment, images=None, seed=(1, 2)):
    images = ramp() if images is None else images
    return augment_batch(tf.constant(images), augment, tf.constant(seed, tf.int32)).numpy()


def gradients(images):
    middle = images[:, 8:13, 12:19, 0]
    return np.diff(middle, axis=2).mean(axis=(1, 2)), np.diff(middle, axis=1).mean(axis=(1, 2))


def test_nothing_asked_nothing_done():
    np.testing.assert_array_equal(apply(Augment(flip=0)), ramp())


def test_flip_alone_and_always():
    np.testing.assert_array_equal(apply(Augment(flip=1)), ramp()[:, :, ::-1])
    mirrored = np.array([np.array_equal(image, ramp()[0, :, ::-1]) for image in apply(Augment())])
    assert 8 < mirrored.sum() < 32


def test_flip_inside_a_warp_is_the_mirror_image():
    warped = apply(Augment(flip=1, shift=1e-9))
    np.testing.assert_allclose(warped, ramp()[:, :, ::-1], atol=1e-3)


def test_shift_moves_within_its_bound_along_both_axes():
    moved = apply(Augment(**only, shift=0.1))[:, 10, 15, 0] - ramp()[:, 10, 15, 0]
    assert len(np.unique(moved)) == 40
    assert abs(moved).max() <= 0.1 * (31 * 4 + 21 * 2) + 1e-3
    assert moved.min() < -4 and moved.max() > 4


def test_scale_changes_size_within_its_bound():
    across, down = gradients(apply(Augment(**only, scale=0.2)))
    np.testing.assert_allclose(across / 4, down / 2, rtol=1e-3)
    assert 1 / 1.2 - 1e-3 <= (across / 4).min() < 0.9 and 1.1 < (across / 4).max() <= 1 / 0.8 + 1e-3


def test_rotation_turns_within_its_bound():
    across, down = gradients(apply(Augment(**only, rotation=0.3)))
    turned = np.arctan2(down, across) - math.atan2(2, 4)
    np.testing.assert_allclose(np.hypot(across, down), math.hypot(2, 4), rtol=1e-3)
    assert abs(turned).max() <= 0.3 + 1e-3 and turned.min() < -0.15 and turned.max() > 0.15


def test_warp_keeps_the_centre():
    warped = apply(Augment(**only, scale=0.3, rotation=0.5))
    np.testing.assert_allclose(warped[:, 10, 15, 0], ramp()[:, 10, 15, 0], atol=0.1)


def test_brightness_is_one_offset_per_image():
    grey = np.full((40, 4, 4, 3), 128, np.float32)
    changed = apply(Augment(**only, brightness=0.25), grey)
    assert np.all(changed == changed[:, :1, :1, :1]) and len(np.unique(changed)) == 40
    assert 128 - 64 <= changed.min() < 96 and 160 < changed.max() <= 128 + 64


def test_contrast_keeps_the_mean():
    faint = ramp() / 2 + 60
    changed = apply(Augment(**only, contrast=0.4), faint)
    np.testing.assert_allclose(changed.mean(axis=(1, 2, 3)), faint.mean(axis=(1, 2, 3)), rtol=1e-5)
    ratio = changed.std(axis=(1, 2, 3)) / faint[0].std()
    assert 0.6 - 1e-3 <= ratio.min() < 0.8 and 1.2 < ratio.max() <= 1.4 + 1e-3


def test_pixels_stay_in_range():
    noise = np.random.default_rng(0).integers(256, size=(16, 9, 9, 1)).astype(np.float32)
    changed = apply(Augment(shift=0.2, rotation=0.5, scale=0.3, brightness=1, contrast=1, cutout=1), noise)
    assert changed.min() >= 0 and changed.max() <= 255


def test_cutout_hides_one_grey_square_within_the_image():
    white = np.full((400, 20, 30, 1), 255, np.float32)
    hidden = apply(Augment(**only, cutout=0.5, cutout_size=0.25), white)[..., 0] == 127.5
    counts = hidden.sum(axis=(1, 2))
    assert set(counts) == {0, 25} and 150 < (counts > 0).sum() < 250
    for mask in hidden[counts > 0]:
        rows, columns = np.nonzero(mask)
        assert np.ptp(rows) == np.ptp(columns) == 4
    assert hidden[:, 0].any() and hidden[:, -1].any() and hidden[:, :, 0].any() and hidden[:, :, -1].any()


def test_seed_decides():
    augment = Augment(shift=0.1, brightness=0.1)
    np.testing.assert_array_equal(apply(augment), apply(augment))
    assert np.any(apply(augment) != apply(augment, seed=(1, 3)))


@pytest.mark.parametrize(
    "arguments, error, name",
    [
        ({"flip": 1.5}, ValueError, "flip"),
        ({"shift": -0.1}, ValueError, "shift"),
        ({"rotation": 15}, ValueError, "rotation"),
        ({"scale": 1}, ValueError, "scale"),
        ({"brightness": float("nan")}, ValueError, "brightness"),
        ({"cutout": "often"}, TypeError, "cutout"),
        ({"contrast": None}, TypeError, "contrast"),
    ],
)
def test_values_that_make_no_sense(arguments, error, name):
    with pytest.raises(error, match=name):
        Augment(**arguments)
