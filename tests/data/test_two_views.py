"""Two views of every image: what changes, what does not, and that a seed decides it."""

import numpy as np
import pytest
import tensorflow as tf

from tfface import data
from tfface.data import Views, two_view_stream, two_views, view_pair
from tfface.data.changes.resampling import between, reduced, resampled
from tfface.data.view_changes import change_view
from tfface.data.views import PRESETS

STILL = dict.fromkeys(("flip", "jitter", "grey", "blur", "low_resolution", "solarize", "occlusion"), 0.0)
SEED = tf.constant([3, 4])


def faces(count=12, size=(16, 12), channels=3):
    """Smooth images: a bright side, each with another colour."""
    random = np.random.default_rng(0)
    ramp = np.linspace(30, 220, size[1])[None, None, :, None]
    return np.clip(ramp * random.uniform(0.4, 1.1, (count, 1, 1, channels)) + np.zeros((*size, 1)), 0, 255).astype(
        np.uint8
    )


def changed(images, **arguments):
    return change_view(
        tf.cast(images, tf.float32), Views(**{**STILL, "crop": 1.0, "aspect": 1.0, **arguments}), SEED
    ).numpy()


def test_nothing_may_happen():
    np.testing.assert_allclose(changed(faces()), faces(), atol=1e-3)


def test_flip_and_crop():
    images = faces()
    np.testing.assert_allclose(changed(images, flip=1.0), images[:, :, ::-1], atol=1e-3)
    some = changed(images, flip=0.5)
    mirrored = np.abs(some - images[:, :, ::-1]).max(axis=(1, 2, 3)) < 1e-3
    assert 2 <= mirrored.sum() <= 10
    cropped = changed(images, crop=0.3)
    span = lambda pixels: np.ptp(pixels[..., 0], axis=(1, 2))  # noqa: E731
    assert np.all(span(cropped) <= span(images) + 1e-3) and span(cropped).mean() < 0.9 * span(images).mean()
    assert np.all(span(cropped) >= 0.3 * span(images))  # a part of the image, no more than was asked for


def test_colours():
    images = faces().astype(float)
    grey = changed(images, grey=1.0)
    np.testing.assert_allclose(grey[..., 0], images @ [0.299, 0.587, 0.114], rtol=1e-4)
    np.testing.assert_allclose(grey[..., 0], grey[..., 2])
    # A turn of the hue keeps the grey of each pixel, where nothing is clipped.
    images = 100.0 + 0.2 * images
    turned = changed(images, jitter=1.0, brightness=0.0, contrast=0.0, saturation=0.0, hue=0.2)
    np.testing.assert_allclose(turned @ [0.299, 0.587, 0.114], images @ [0.299, 0.587, 0.114], atol=0.1)
    assert np.abs(turned - images).max() > 1.0
    brighter = changed(images, jitter=1.0, brightness=0.3, contrast=0.0, saturation=0.0, hue=0.0)
    factors = (brighter / images).reshape(12, -1)
    np.testing.assert_allclose(factors.min(axis=1), factors.max(axis=1), rtol=1e-3)
    assert 0.7 <= factors.min() < 0.95 and 1.05 < factors.max() <= 1.3
    solarized = changed(images, solarize=1.0)
    np.testing.assert_allclose(solarized, np.where(images > 127.5, 255 - images, images), atol=1e-3)


def test_blur_and_low_resolution_take_detail_and_keep_the_mean():
    noise = np.random.default_rng(0).uniform(60, 200, (12, 16, 12, 1)).astype("float32")
    for change in ({"blur": 1.0, "blur_size": 0.1}, {"low_resolution": 1.0}):
        images = changed(noise, **change)
        assert images.std() < 0.8 * noise.std()
        np.testing.assert_allclose(images.mean(axis=(1, 2)), noise.mean(axis=(1, 2)), rtol=0.05)


def test_occlusion_hides_a_rectangle():
    images = np.full((40, 16, 12, 1), 10.0)
    hidden = changed(images, occlusion=1.0, occlusion_size=0.5) == 127.5
    area = hidden.mean(axis=(1, 2, 3))
    assert np.all(area <= 0.5 * 0.5 + 0.06) and area.mean() > 0.05
    rows, columns = hidden.any(axis=2), hidden.any(axis=1)
    np.testing.assert_array_equal(hidden, rows[:, :, None] & columns[:, None])


@pytest.mark.parametrize("preset", PRESETS)
def test_presets(preset):
    for channels in (1, 3):
        images = tf.cast(faces(channels=channels), tf.float32)
        one, other = (change_view(images, views, [at, 5]) for at, views in enumerate(PRESETS[preset]))
        for view in (one, other):
            assert view.shape == images.shape and view.dtype == tf.float32
            assert np.all(np.isfinite(view)) and np.min(view) >= -0.1 and np.max(view) <= 255.1
        assert np.abs(one - other).mean() > 5


def test_views_are_of_the_same_images_and_labels_go_with_them():
    images = np.arange(12, dtype=np.uint8)[:, None, None, None] * 20 + np.zeros((1, 8, 8, 1), np.uint8)
    mild = Views(**{**STILL, "crop": 0.5})
    seen = []
    for (first, second), labels in two_views(images, np.arange(12), 4, preset=mild):
        np.testing.assert_allclose(first, second, atol=1e-5)
        np.testing.assert_allclose(first[:, 0, 0, 0] * 128 + 127.5, labels * 20, atol=1e-3)
        seen += labels.numpy().tolist()
    assert sorted(seen) == list(range(12))
    some = np.where(np.arange(12) < 3, np.arange(12), -1)  # the others are labelled in no mirror either
    (_, mirrored) = next(iter(two_views(images, some, 24, preset=mild, mirror_identities=True)))
    assert sorted(mirrored.numpy().tolist()) == [-1] * 18 + list(range(6))


def test_views_are_the_same_on_the_device_of_a_model():
    """On a GPU where there is one, and compiled by XLA: what the processors make."""
    make = lambda images, seed: view_pair(images, Views(solarize=0.2), seed)  # noqa: E731
    with tf.device("CPU"):
        expected = make(faces(), SEED)
    with tf.device("GPU" if tf.config.list_physical_devices("GPU") else "CPU"):
        images = tf.constant(faces())
        for found in (make(images, SEED), tf.function(make, jit_compile=True)(images, SEED)):
            for one, other in zip(found, expected, strict=True):
                # TF32 multiplies with three decimals, so a pixel may fall on the other side of a threshold.
                assert np.mean(np.abs(one - other) > 0.02) < 0.005 and np.abs(one - other).mean() < 5e-3


def test_resampling_is_that_of_tensorflow():
    images = np.random.default_rng(0).uniform(0, 255, (6, 17, 13, 3)).astype("float32")
    for divisor in (2, 3, 4):
        small = tf.image.resize(images, [17 // divisor, 13 // divisor], "area")
        down, across = (np.tile(reduced(length, divisor), (6, 1, 1)) for length in (17, 13))
        np.testing.assert_allclose(resampled(images, down, across), tf.image.resize(small, [17, 13]), atol=1e-3)
    box = np.array([[0.1, 0.9, 0.8, 0.2]], np.float32)  # top, left, bottom, right: mirrored
    down = between(np.linspace(0.1, 0.8, 17, dtype=np.float32)[None] * 16, 17)
    across = between(np.linspace(0.9, 0.2, 13, dtype=np.float32)[None] * 12, 13)
    expected = tf.image.crop_and_resize(images[:1], box, [0], [17, 13])
    np.testing.assert_allclose(resampled(images[:1], down, across), expected, atol=1e-2)


def test_a_seed_decides_everything():
    take = lambda dataset, count=3: [view.numpy() for ((view, _),) in dataset.take(count)]  # noqa: E731
    options = {"batch_size": 4, "preset": Views(**{**STILL, "jitter": 0.8})}
    one = two_views(faces(), seed=1, **options)
    first, second = take(one), take(one)
    assert not np.array_equal(first[0], second[0])  # another epoch
    np.testing.assert_array_equal(take(two_views(faces(), seed=1, **options)), first)
    np.testing.assert_array_equal(take(two_views(faces(), seed=1, first_epoch=1, **options)), second)
    assert not np.array_equal(take(two_views(faces(), seed=2, **options)), first)
    stream = two_view_stream(faces(), seed=1, first_epoch=0, first_step=2, **options)
    np.testing.assert_array_equal(take(stream, 4), [first[2], *second])


def test_a_face_set_and_what_is_refused():
    faceset = data.arrays(faces(), np.repeat(np.arange(4), 3))
    (batch,) = next(iter(two_views(faceset, batch_size=6)))
    assert batch[0].shape == (6, 16, 12, 3)
    with pytest.raises(ValueError, match=r"preset: unknown 'face'.*faces"):
        two_views(faces(), batch_size=4, preset="face")
    with pytest.raises(ValueError, match="batch_size: expected at least 2"):
        two_views(faces(), batch_size=1)
    with pytest.raises(ValueError, match=r"batch_size: expected 1\.\.12"):
        two_views(faces(), batch_size=13)
    with pytest.raises(TypeError, match="images: expected uint8"):
        two_views(faces().astype("float32"), batch_size=4)
    for bad in ({"crop": 0}, {"flip": 1.5}, {"hue": 0.6}, {"aspect": 0.5}, {"blur": "yes"}):
        with pytest.raises(ValueError, match=f"{next(iter(bad))}: expected"):
            Views(**bad)
