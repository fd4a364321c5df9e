"""The samples that define the library, as a user would write them."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

import tfface

num_classes = 5


@pytest.fixture
def dataset():
    random = np.random.default_rng(0)
    images = random.random((32, 64, 64, 1)).astype("float32")
    return tf.data.Dataset.from_tensor_slices((images, random.integers(0, num_classes, 32))).batch(16)


@pytest.fixture
def backbone():
    return keras.Sequential(
        [keras.Input((64, 64, 1)), keras.layers.AveragePooling2D(8), keras.layers.Flatten(), keras.layers.Dense(8)]
    )


def test_plain_keras(dataset, backbone):
    x = keras.Input((64, 64, 1))
    e = backbone(x)
    model = keras.Model(x, tfface.layers.CosineHead(num_classes)(e))
    model.compile("adam", loss=tfface.ArcFace(margin=0.5, scale=64.0), metrics=["accuracy"])
    assert {"loss", "accuracy"} <= set(model.fit(dataset, verbose=0).history)


@pytest.mark.parametrize("joint", [False, True])
def test_face_model(dataset, backbone, joint, tmp_path):
    model = tfface.FaceModel(backbone, tfface.layers.CosineHead(num_classes))
    if joint:
        model.compile("sgd", loss=tfface.ArcFace() + 0.003 * tfface.CenterLoss(num_classes))
    else:
        model.compile("sgd", loss=tfface.AdaFace(), metrics=["accuracy"])
    model.fit(dataset, verbose=0)
    images = next(iter(dataset))[0]
    assert model.embed(images).shape == (16, 8)
    model.save(tmp_path / "m.keras")
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "m.keras").embed(images), model.embed(images))
    model.backbone.export(tmp_path / "served")


def test_a_million_identities(dataset, backbone):
    model = tfface.FaceModel(backbone, tfface.layers.CosineHead(1_000_000, engine="partial", sample_rate=0.1))
    model.compile("sgd", loss=tfface.AdaFace(), metrics=["accuracy"])
    assert np.isfinite(model.fit(dataset, verbose=0).history["loss"][0])


def test_embedding_loss_on_a_plain_backbone(dataset, backbone):
    backbone.compile("adam", loss=tfface.TripletLoss(margin=0.2, mining="semi-hard"))
    assert np.isfinite(backbone.fit(dataset, verbose=0).history["loss"][0])
