"""Hidden layers with heads and losses of their own, as in DeepID2+."""

import numpy as np
import pytest
import tensorflow as tf
from small_models import CLASSES, assert_same_weights, data
from tensorflow import keras

import tfface
from tfface.layers import CosineHead, LinearHead


def backbone():
    images = keras.Input((6, 6, 1))
    x = keras.layers.Conv2D(4, 3, activation="relu", name="block1")(images)
    x = keras.layers.Conv2D(8, 3, activation="relu", name="block2")(x)
    x = keras.layers.Dense(10, activation="relu", name="hidden")(keras.layers.Flatten()(x))
    return keras.Model(images, keras.layers.Dense(12)(x))


def deeply_supervised():
    """A head on the embeddings and one on a map; the features of a hidden vector are judged without a head."""
    return tfface.FaceModel(backbone(), CosineHead(CLASSES), {"block2": LinearHead(CLASSES), "hidden": None})


LOSSES = {"block2": 0.3 * tfface.Softmax() + 0.05 * tfface.CenterLoss(CLASSES), "hidden": tfface.ProxyNCA(CLASSES)}
NAMES = ["arcface", "block2/softmax", "block2/center", "hidden/proxy_nca"]


def compiled(model, **options):
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
    model.compile(optimizer, tfface.ArcFace(scale=16.0), auxiliary_losses=LOSSES, **options)
    return model


def test_every_layer_is_reported_and_learns_from_its_own_loss():
    images, labels = data()
    model = compiled(deeply_supervised(), metrics=["accuracy"])
    features = keras.Model(model.backbone.inputs, model.backbone.get_layer("block2").output)
    pooled = features.predict(images, verbose=0).mean(axis=(1, 2))
    found = model.evaluate(images, labels, batch_size=len(labels), verbose=0, return_dict=True)

    assert set(found) == {"loss", "accuracy", *NAMES}
    assert found["loss"] == pytest.approx(sum(found[name] for name in NAMES), rel=1e-5)
    expected = 0.3 * float(tfface.Softmax()(labels, model.auxiliary["block2"](pooled)))
    assert found["block2/softmax"] == pytest.approx(expected, rel=1e-5)
    assert found["block2/center"] == pytest.approx(0.05 * 0.5 * np.mean(np.sum(pooled**2, axis=1)), rel=1e-5)

    before = [np.array(weight) for weight in model.get_weights()]
    model.fit(images, labels, verbose=0)
    assert all(np.any(old != new) for old, new in zip(before, model.get_weights(), strict=True))


def test_an_auxiliary_loss_alone_trains_no_layer_above_it():
    images, labels = data()
    model = tfface.FaceModel(backbone(), CosineHead(CLASSES), {"block1": CosineHead(CLASSES)})
    model.compile("sgd", loss=0.0 * tfface.ArcFace(), auxiliary_losses={"block1": tfface.ArcFace()})
    before = {layer.name: layer.get_weights() for layer in model.backbone.layers}
    model.fit(images, labels, verbose=0)
    changed = [
        layer.name
        for layer in model.backbone.layers
        if any(np.any(old != new) for old, new in zip(before[layer.name], layer.get_weights(), strict=True))
    ]
    assert changed == ["block1"]


def test_layers_that_are_not_named_have_the_main_loss():
    images, labels = data()
    model = tfface.FaceModel(backbone(), LinearHead(CLASSES), {"hidden": LinearHead(CLASSES)})
    model.compile("sgd", loss=tfface.Softmax() + 0.01 * tfface.CenterLoss(CLASSES))
    history = model.fit(images, labels, verbose=0).history
    assert set(history) == {"loss", "softmax", "center", "hidden/softmax", "hidden/center"}
    # Each layer has centres of its own size.
    assert {tuple(weight.shape) for weight in model.non_trainable_weights} == {(CLASSES, 12), (CLASSES, 10)}


def test_fit_save_load_and_go_on(tmp_path):
    images, labels = data()
    model = compiled(deeply_supervised())
    model.fit(images, labels, verbose=0)
    model.save(tmp_path / "model.keras")
    assert_same_weights(model, compiled(keras.models.load_model(tmp_path / "model.keras", compile=False)))
    again = keras.models.load_model(tmp_path / "model.keras")
    assert_same_weights(model, again)
    assert list(again.auxiliary) == ["block2", "hidden"] and again.auxiliary["hidden"] is None
    for one in (model, again):
        one.fit(images, labels, verbose=0, shuffle=False)
    assert_same_weights(model, again, 1e-6)


def test_mixed_precision_keeps_the_heads_in_float32():
    images, labels = data()
    keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        model = compiled(deeply_supervised())
        history = model.fit(images, labels, epochs=12, verbose=0).history
    finally:
        keras.mixed_precision.set_global_policy("float32")
    assert all(np.all(np.isfinite(history[name])) for name in NAMES) and history["loss"][-1] < history["loss"][0]
    assert model.backbone.get_layer("block2").compute_dtype == "float16"
    assert model.auxiliary["block2"].compute_dtype == "float32"


def test_inference_knows_nothing_of_it(tmp_path):
    images, _ = data(5)
    model = compiled(deeply_supervised())
    plain = tfface.FaceModel(model.backbone, model.head)
    np.testing.assert_array_equal(model.embed(images), plain.embed(images))
    np.testing.assert_array_equal(model.predict(images, verbose=0), plain.predict(images, verbose=0))
    weights = {id(weight) for weight in model.weights}
    assert len(weights) == len(model.weights)
    model.backbone.export(tmp_path / "served")
    served = tf.saved_model.load(str(tmp_path / "served"))
    np.testing.assert_allclose(served.serve(images), model.embed(images, normalize=False), rtol=1e-5)


def test_regularization_and_normalization_see_one_pass():
    images, labels = data()
    trained = []
    for auxiliary in ({}, {"norm": CosineHead(CLASSES)}):
        keras.utils.set_random_seed(2)
        backbone = keras.Sequential([keras.Input((6, 6, 1))])
        backbone.add(keras.layers.Conv2D(4, 3, kernel_regularizer=keras.regularizers.L2(0.1)))
        backbone.add(keras.layers.BatchNormalization(momentum=0.5, name="norm"))
        backbone.add(keras.layers.Flatten())
        backbone.add(keras.layers.Dense(12, activity_regularizer=keras.regularizers.L2(0.01)))
        model = tfface.FaceModel(backbone, CosineHead(CLASSES), auxiliary)
        zero = {layer: 0.0 * tfface.ArcFace() for layer in auxiliary}
        model.compile("sgd", loss=tfface.ArcFace(), auxiliary_losses=zero)
        model.fit(images, labels, epochs=2, shuffle=False, verbose=0)
        trained.append(model)
    assert_same_weights(*(model.backbone for model in trained), 1e-5)
    losses = [model.evaluate(images, labels, verbose=0, return_dict=True)["loss"] for model in trained]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


class TestErrors:
    def test_layers_that_are_not_there(self):
        with pytest.raises(ValueError, match=r"auxiliary: the backbone has no layer 'block3', did you mean 'block2'"):
            tfface.FaceModel(backbone(), auxiliary={"block3": None})
        model = tfface.FaceModel(backbone(), auxiliary={"block1": None})
        with pytest.raises(ValueError, match=r"auxiliary_losses: there is no head on 'block2', did you mean 'block1'"):
            model.compile("sgd", loss="triplet", auxiliary_losses={"block2": "triplet"})

    def test_layers_that_give_no_features(self):
        images = keras.Input((6, 6, 1))
        shared = keras.layers.Conv2D(1, 3, padding="same", name="shared")
        twice = keras.Model(images, keras.layers.Dense(3)(keras.layers.Flatten()(shared(shared(images)))))
        with pytest.raises(
            ValueError, match=r"expected a layer with one output.*received 'shared' with \(None, 6, 6, 1"
        ):
            tfface.FaceModel(twice, auxiliary={"shared": None})

    def test_heads_that_are_none(self):
        with pytest.raises(TypeError, match=r"auxiliary: expected a dictionary.*received \['block1'\]"):
            tfface.FaceModel(backbone(), auxiliary=["block1"])
        with pytest.raises(TypeError, match=r"auxiliary\['block1'\]: expected a CosineHead.*received Dense"):
            tfface.FaceModel(backbone(), auxiliary={"block1": keras.layers.Dense(3)})
        with pytest.raises(ValueError, match="head of its own"):
            head = CosineHead(3)
            tfface.FaceModel(backbone(), head, auxiliary={"block1": head})
        with pytest.raises(ValueError, match=r"same num_classes, received .*'head': 3.*\"auxiliary\['block1'\]\": 4"):
            tfface.FaceModel(backbone(), CosineHead(3), auxiliary={"block1": CosineHead(4)})

    def test_losses_that_do_not_fit(self):
        model = tfface.FaceModel(backbone(), CosineHead(CLASSES), {"block1": LinearHead(CLASSES)})
        with pytest.raises(ValueError, match=r"block1: ArcFace: expected a CosineHead.*received a LinearHead"):
            model.compile("sgd", loss="arcface")
        with pytest.raises(ValueError, match=r"block1: reduction: expected"):
            model.compile("sgd", "arcface", auxiliary_losses={"block1": tfface.Softmax(reduction="none")})
        with pytest.raises(ValueError, match=r"block1: CenterLoss: num_classes=3"):
            model.compile("sgd", "arcface", auxiliary_losses={"block1": tfface.CenterLoss(3)})
