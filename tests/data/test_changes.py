"""The changes behind `Augment`: each does what it says to each image of a batch, and what it says only."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfface.data import Augment, training_batches
from tfface.data.changes.compression import compressed
from tfface.data.changes.mixing import mix_up
from tfface.data.transform import augment_batch

GREY = [0.299, 0.587, 0.114]


def faces(count=40, size=(24, 20), channels=3):
    """Soft patterns, as photographs are, and a little noise."""
    rng = np.random.default_rng(0)
    small = tf.image.resize(rng.uniform(40, 215, (count, 4, 4, channels)), size, "bicubic").numpy()
    return np.clip(small + rng.uniform(-8, 8, small.shape), 0, 255).round().astype(np.uint8)


def changed(images, seed=(1, 2), **augment):
    return augment_batch(tf.constant(images), Augment(**{"flip": 0.0, **augment}), tf.constant(seed, tf.int32)).numpy()


def share_changed(images, result):
    return np.mean(np.any(result != images, axis=(1, 2, 3)))


EVERYTHING = {
    "flip": 0.5, "shift": 0.1, "crop": 0.7, "brightness": 0.1, "saturation": 0.4, "hue": 0.1, "grey": 0.3,
    "rand_augment": 2, "low_resolution": 0.3, "blur": 0.3, "jpeg": 0.5, "occlusion": 0.4, "cutout": 0.4,
}  # fmt: skip


@pytest.mark.parametrize("channels", [1, 3])
def test_all_together_are_decided_by_the_seed(channels):
    images = faces(channels=channels)
    one = changed(images, **EVERYTHING)
    assert one.dtype == np.float32 and one.shape == images.shape
    assert one.min() >= 0 and one.max() <= 255 and np.isfinite(one).all()
    np.testing.assert_array_equal(one, changed(images, **EVERYTHING))
    assert share_changed(one, changed(images, seed=(1, 3), **EVERYTHING)) == 1


@pytest.mark.parametrize("name", ["grey", "low_resolution", "blur", "jpeg", "occlusion"])
def test_a_probability_is_one(name):
    images = faces(200)
    assert share_changed(images, changed(images, **{name: 1.0}, blur_size=0.2)) == 1
    assert 0.15 < share_changed(images, changed(images, **{name: 0.3}, blur_size=0.2)) < 0.45


def test_mirrored_pixels_stay_bytes():
    images = faces()
    result = changed(images, flip=0.5)
    assert result.dtype == np.uint8
    mirrored = [np.array_equal(one, other[:, ::-1]) for one, other in zip(result, images, strict=True)]
    kept = [np.array_equal(one, other) for one, other in zip(result, images, strict=True)]
    assert all(np.logical_xor(mirrored, kept)) and 8 < sum(mirrored) < 32


def test_a_crop_keeps_the_shape_of_what_it_shows():
    rows, columns = np.mgrid[:24, :20].astype(np.float32)
    images = np.tile((rows * 4 + columns * 6)[None, ..., None], (60, 1, 1, 1))
    result = changed(images, crop=0.5)[..., 0]
    down, right = np.diff(result, axis=1).mean(axis=(1, 2)) / 4, np.diff(result, axis=2).mean(axis=(1, 2)) / 6
    np.testing.assert_allclose(down, right, rtol=0.02)  # both sides by the same factor
    assert np.sqrt(0.5) - 0.01 <= down.min() < 0.8 and 0.9 < down.max() <= 1


def test_colours_move_around_grey():
    images = 100 + 0.2 * faces().astype(np.float32)
    pale = changed(images, saturation=1.0)
    np.testing.assert_allclose(pale @ GREY, images @ GREY, atol=0.1)
    strength = np.std(pale - (pale @ GREY)[..., None], axis=(1, 2, 3)) / np.std(
        images - (images @ GREY)[..., None], axis=(1, 2, 3)
    )
    assert strength.min() < 0.3 and 1.5 < strength.max() < 2.1
    np.testing.assert_allclose(changed(images, hue=0.2) @ GREY, images @ GREY, atol=0.1)
    np.testing.assert_array_equal(changed(images[..., :1], saturation=1.0, hue=0.5, grey=1.0), images[..., :1])


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("quality", [10, 50, 90])
def test_jpeg_artefacts_are_those_of_a_jpeg(quality, channels):
    images = faces(6, (28, 20), channels)
    ours = compressed(tf.constant(images, tf.float32), tf.fill([6], float(quality))).numpy()
    assert np.array_equal(ours, ours.round())
    for image, mine in zip(images, ours, strict=True):
        file = io.BytesIO()
        Image.fromarray(image.squeeze()).save(file, "JPEG", quality=quality, subsampling=0)
        written = np.asarray(Image.open(file)).reshape(image.shape).astype(float)
        damage = np.abs(written - image).mean()
        assert np.abs(mine - written)[:24, :16].mean() < max(0.4 * damage, 0.6)  # without blocks that are cut off


def test_jpeg_qualities_stay_in_their_range():
    images = faces(60).astype(np.float32)
    damage = lambda quality: np.abs(changed(images, jpeg=1.0, jpeg_quality=quality) - images).mean(axis=(1, 2, 3))  # noqa: E731
    assert damage(95).max() < damage(5).mean() / 1.5


def test_every_change_of_rand_augment_happens_and_zero_strength_changes_nothing():
    images = faces(400)
    result = changed(images, rand_augment=1, magnitude=1.0)
    assert share_changed(images, result) > 0.95
    assert np.mean(np.abs(result - images).mean(axis=(1, 2, 3)) > 5) > 0.5
    still = changed(images, rand_augment=1, magnitude=0.0)
    stretched = np.any(np.abs(still - images) > 1e-2, axis=(1, 2, 3))  # which has no strength
    assert 0.04 < stretched.mean() < 0.18
    np.testing.assert_allclose(still[stretched].max(axis=(1, 2, 3)), 255, atol=1e-3)
    few = changed(images, rand_augment=3, magnitude=1.0)
    assert np.abs(few - images).mean() > np.abs(result - images).mean()


def test_mixes_are_labelled_in_proportion():
    images = np.zeros((2000, 1, 1, 1), np.float32)
    images[1::2] = 200.0  # of class 1; the pixel tells how much of it there is
    labels = tf.constant(np.arange(2000) % 2, tf.int32)
    mixed, drawn = mix_up(tf.constant(images), labels, 1.0, tf.constant([3, 4]))
    share = mixed.numpy().ravel() / 200.0
    between = (share > 0.01) & (share < 0.99)
    assert 0.4 < between.mean() < 0.6  # half of the partners are of the other class
    for low in (0.0, 0.25, 0.5, 0.75):
        some = between & (share >= low) & (share < low + 0.25)
        assert abs(drawn.numpy()[some].mean() - share[some].mean()) < 0.12
    np.testing.assert_array_equal(drawn.numpy()[~between], share[~between].round())


def test_batches_of_mixes_and_of_weights():
    images, labels = faces(), np.repeat([0, 1, 2], [20, 12, 8])
    plain, mixed = (next(iter(training_batches(images, labels, 40, augment=Augment(mixup=a)))) for a in (0.0, 1.0))
    assert mixed[0].dtype == tf.float32 and mixed[1].dtype == tf.int32
    assert np.mean(plain[1].numpy() != mixed[1].numpy()) > 0.1
    _, shown, weights = next(iter(training_batches(images, labels, 40, class_weights=True)))
    np.testing.assert_allclose(weights, 40 / (3 * np.array([20, 12, 8])[shown]), rtol=1e-6)
    *_, twice = training_batches(images, labels, 80, class_weights=True, mirror_identities=True).element_spec
    assert twice.shape == (80,)


@pytest.mark.parametrize(
    "name, value, error, message",
    [
        ("crop", 0.0, ValueError, "crop: expected more than 0"),
        ("hue", 0.6, ValueError, r"hue: expected 0\.\.0\.5, got 0\.6"),
        ("jpeg_quality", 0, ValueError, r"jpeg_quality: expected 1\.\.95, got 0"),
        ("jpeg_quality", 50.5, TypeError, r"jpeg_quality: expected a whole number, got 50\.5"),
        ("rand_augment", 9, ValueError, r"rand_augment: expected 0\.\.8, got 9"),
        ("mixup", "much", TypeError, "mixup: expected a number, got 'much'"),
        ("flip", True, TypeError, "flip: expected a number, got True"),
    ],
)
def test_what_is_refused(name, value, error, message):
    with pytest.raises(error, match=message):
        Augment(**{name: value})
