"""Heads that train on a sample of the classes."""

import numpy as np
import pytest
import tensorflow as tf
from small_models import CLASSES, assert_same_weights, backbone, data
from tensorflow import keras

import tfface


def test_partial_head_learns_like_the_dense_one():
    """Sampling all classes is the dense head, in whatever order the classes come."""
    images, labels = data()
    trained = []
    for options in ({}, {"engine": "partial", "sample_rate": 1.0}):
        keras.utils.set_random_seed(3)
        model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES, **options))
        model.compile("sgd", loss=tfface.ArcFace(), metrics=["accuracy"])
        model.fit(images, labels, epochs=3, verbose=0, shuffle=False)
        trained.append(model.backbone)
    assert_same_weights(*trained, tolerance=1e-4)


def test_partial_head_moves_only_sampled_classes(tmp_path):
    images, labels = data(8)
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(400, engine="partial", sample_rate=0.05))
    model.compile("sgd", loss=tfface.ArcFace(), metrics=["accuracy"])
    before = np.array(model.head.get_weights()[0])
    model.fit(images, labels, epochs=1, verbose=0)
    moved = np.any(model.head.get_weights()[0] != before, axis=1)
    assert moved.sum() <= 20 and np.all(moved[np.unique(labels)])
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(images, verbose=0), model.predict(images, verbose=0))


def test_partial_head_refuses_a_sample_below_the_batch():
    images, labels = data()
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(40, engine="partial", sample_rate=0.1))
    model.compile("sgd", loss=tfface.ArcFace())
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(16, drop_remainder=True)
    with pytest.raises(ValueError, match=r"16 classes.*0.1 of 40 classes are 4.*at least 0.4"):
        model.fit(dataset, verbose=0)


def test_partial_head_refuses_a_batch_of_unknown_size_that_does_not_fit():
    images, _ = data(16)
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(40, engine="partial", sample_rate=0.1))
    model.compile("sgd", loss=tfface.ArcFace())
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"0\.1 of 40 classes are 4, a batch holds more"):
        model.fit(tf.data.Dataset.from_tensor_slices((images, np.arange(16))).batch(16), verbose=0)
