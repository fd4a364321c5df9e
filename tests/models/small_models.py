"""The small models and data of these tests."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

import tfface

CLASSES, SIZE = 7, 12


def backbone(dtype=None):
    inputs = keras.Input((6, 6, 1))
    x = keras.layers.Flatten()(inputs)
    return keras.Model(inputs, keras.layers.Dense(SIZE, dtype=dtype)(x))


def head(loss):
    parts = getattr(loss, "losses", [loss])
    if all(hasattr(part, "proxies_shape") for part in parts):
        return None
    dot = any(getattr(part, "inputs", "") == "dot" for part in parts)
    return (tfface.layers.LinearHead if dot else tfface.layers.CosineHead)(CLASSES)


def make(loss, **options):
    model = tfface.FaceModel(backbone(), head(loss))
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), loss=loss, **{"metrics": ["accuracy"], **options})
    return model


def data(size=32):
    random = np.random.default_rng(0)
    return random.random((size, 6, 6, 1)).astype("float32"), random.integers(0, CLASSES, size)


LOSSES = [
    tfface.Softmax(),
    tfface.ArcFace(),
    tfface.AdaFace(),
    tfface.SphereFace(),
    tfface.TripletLoss(),
    tfface.ContrastiveLoss(),
    tfface.Softmax() + 0.003 * tfface.CenterLoss(CLASSES) + 1e-4 * tfface.MinimumMarginLoss(CLASSES),
    tfface.ProxyAnchor(CLASSES) + tfface.SoftTriple(CLASSES, sub_centers=2),
    tfface.ArcFace() + 0.5 * tfface.TripletLoss() + 0.01 * tfface.CenterLoss(CLASSES, alpha=0.2),
]
# One of each kind; `make soak` has the others where that takes long.
KINDS = {"AdaFace", "TripletLoss"}
EACH = [
    pytest.param(loss, marks=[] if loss.kind == "joint" or type(loss).__name__ in KINDS else [pytest.mark.soak])
    for loss in LOSSES
]


def state(model):
    return {name: np.array(tf.convert_to_tensor(value)) for name, value in model.loss_state.read().items()}


def assert_same_weights(one, other, tolerance=0.0):
    for ours, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)
