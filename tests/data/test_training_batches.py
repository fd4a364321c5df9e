"""The tf.data pipeline: values, static shapes, and byte-identical streams under a seed."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

from tfface.data import Augment, standardize, training_batches, training_stream

labels = np.repeat(np.arange(6), 5)
images = np.random.default_rng(0).integers(256, size=(30, 12, 10, 1), dtype=np.uint8)
everything = Augment(
    flip=0.5, shift=0.1, scale=0.1, rotation=0.2, brightness=0.2, contrast=0.2, cutout=0.5, cutout_size=0.4
)


def stream(epochs=3, **options):
    batches = training_batches(images, labels, **options)
    return [(x.numpy().tobytes(), y.numpy().tobytes()) for _ in range(epochs) for x, y in batches]


def test_standardize():
    x = standardize(np.array([0, 127, 255], np.uint8))
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x, np.float32([-127.5 / 128, -0.5 / 128, 127.5 / 128]))


def test_unaugmented_batches_are_the_standardised_images_with_their_labels():
    rows = {image.tobytes(): label for image, label in zip(standardize(images), labels, strict=True)}
    seen = set()
    for x, y in training_batches(images, labels, 10):
        for image, label in zip(x.numpy(), y.numpy(), strict=True):
            assert rows[image.tobytes()] == label
            seen.add(image.tobytes())
    assert len(seen) == 30


def test_shapes_are_static():
    for options in ({"batch_size": 8}, {"identities_per_batch": 4, "images_per_identity": 2}):
        batches = training_batches(images, labels, augment=everything, **options)
        x, y = batches.element_spec
        assert (x.shape, x.dtype) == ((8, 12, 10, 1), tf.float32)
        assert (y.shape, y.dtype) == ((8,), tf.int32)
        assert int(batches.cardinality()) == sum(1 for _ in batches) == (4 if "batch_size" in options else 3)


@pytest.mark.parametrize("options", [{"batch_size": 8}, {"identities_per_batch": 4, "images_per_identity": 2}])
def test_same_seed_same_bytes_and_epochs_differ(options):
    options = {**options, "augment": everything}
    first = stream(seed=7, **options)
    tf.random.set_seed(1234)  # the global seed has no say
    assert stream(seed=7, **options) == first
    assert stream(seed=8, **options) != first
    third = len(first) // 3
    assert first[:third] != first[third : 2 * third]


def test_resumes_at_an_epoch():
    options = {"batch_size": 8, "augment": everything, "seed": 2}
    assert stream(epochs=1, first_epoch=2, **options) == stream(epochs=3, **options)[-4:]


@pytest.mark.parametrize("options", [{"batch_size": 8}, {"identities_per_batch": 4, "images_per_identity": 2}])
def test_resumes_at_a_step_of_an_epoch_with_every_pass(options):
    options = {**options, "augment": everything, "seed": 2}
    whole = stream(epochs=4, **options)
    steps = len(whole) // 4
    batches = training_stream(images, labels, first_epoch=1, first_step=2, **options)
    assert batches.cardinality() == tf.data.INFINITE_CARDINALITY
    for _ in range(2):
        resumed = [(x.numpy().tobytes(), y.numpy().tobytes()) for x, y in batches.take(2 * steps)]
        assert resumed == whole[steps + 2 : 3 * steps + 2]
    with pytest.raises(ValueError, match=rf"first_step: expected 0\.\.{steps}, the steps of an epoch, got 9"):
        training_stream(images, labels, first_step=9, **options)


def test_identities_by_images():
    for _, y in training_batches(images, labels, identities_per_batch=3, images_per_identity=4):
        assert np.bincount(y.numpy())[np.unique(y)].tolist() == [4, 4, 4]


def test_fit_takes_them_under_a_mirrored_strategy(mirrored):
    with mirrored.scope():
        model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(6)])
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    history = model.fit(training_batches(images, labels, 10, augment=Augment()), epochs=2, verbose=0, shuffle=False)
    assert np.isfinite(history.history["loss"]).all()


@pytest.mark.parametrize(
    "options, error, message",
    [
        ({}, ValueError, "batch_size: expected a number"),
        ({"batch_size": 31}, ValueError, r"batch_size: expected 1\.\.30"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"identities_per_batch": 3}, ValueError, "both or neither"),
        ({"images_per_identity": 3}, ValueError, "both or neither"),
        ({"identities_per_batch": 7, "images_per_identity": 2}, ValueError, "identities_per_batch"),
        (
            {"identities_per_batch": 3, "images_per_identity": 2, "batch_size": 8},
            ValueError,
            "3 identities × 2 images make 6, got 8",
        ),
        ({"batch_size": 8, "labels": labels[:5]}, ValueError, "labels: expected shape"),
        ({"batch_size": 8, "images": images.astype(np.float32)}, TypeError, "images: expected uint8"),
        ({"batch_size": 8, "images": images[..., 0]}, ValueError, "images: expected shape"),
        ({"batch_size": 8, "seed": -1}, ValueError, "seed"),
        ({"batch_size": 8, "first_epoch": -1}, ValueError, "first_epoch"),
    ],
)
def test_arguments_that_do_not_fit(options, error, message):
    with pytest.raises(error, match=message):
        training_batches(**{"images": images, "labels": labels, **options})
