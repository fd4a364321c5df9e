"""Layers that learn more slowly: what an optimiser of their own, with a smaller learning rate, would do."""

import numpy as np
import pytest
import tensorflow as tf
from small_models import CLASSES, data
from tensorflow import keras

import tfface

LOSS = tfface.NormFace(scale=8.0)
DECAY = 0.5
FACTORS = {"low": 0.25, "norm": 0.25, "high": 0.5, "top": 1.0}  # of the backbone below


def backbone():
    low = [
        keras.layers.Flatten(),
        keras.layers.Dense(9, use_bias=False, name="low"),
        keras.layers.BatchNormalization(name="norm"),
    ]
    inner = keras.Sequential([keras.Input((6, 6, 1)), *low])  # a model in a model is not one layer
    high = [keras.layers.Dense(8, name="high"), keras.layers.Dense(12, name="top")]
    return keras.Sequential([keras.Input((6, 6, 1)), inner, *high])


def make(rates, optimizer="sgd", **options):
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES))
    model.compile(optimizer, loss=LOSS, layer_rates=rates, **options)
    return model


def moved(model, before):
    return [np.abs(new - old).max() for new, old in zip(model.get_weights(), before, strict=True)]


OPTIMIZERS = {
    "sgd": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    "adamw": lambda rate: keras.optimizers.AdamW(rate, weight_decay=0.1),
}


@pytest.mark.parametrize("kind", [pytest.param("sgd", marks=pytest.mark.soak), "adamw"])
def test_each_layer_learns_as_with_an_optimizer_of_its_own(kind):
    images, labels = data()
    model, plain = make(DECAY, OPTIMIZERS[kind](0.05)), make(None)
    plain.set_weights(model.get_weights())
    known = {layer.name: layer for layer in (*plain.backbone.layers, *plain.backbone.layers[0].layers)}
    layers = [*(known[name] for name in FACTORS), plain.head]
    optimizers = [OPTIMIZERS[kind](0.05 * factor) for factor in (*FACTORS.values(), 1.0)]
    for _ in range(3):
        with tf.GradientTape(persistent=True) as tape:
            loss = LOSS(labels, plain.head(plain.backbone(images, training=True)))
        for layer, optimizer in zip(layers, optimizers, strict=True):
            weights = layer.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
    model.fit(images, labels, batch_size=32, epochs=3, verbose=0)
    for ours, theirs in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-6)


def test_two_replicas_learn_what_one_learns(mirrored):
    images, labels = data()
    one = make({"low": 0.1, "n*": 0.5})
    with mirrored.scope():
        two = make({"low": 0.1, "n*": 0.5})
    start = one.get_weights()
    two.set_weights(start)
    for model in (one, two):
        tfface.distribute.synchronize(model.backbone)
        model.fit(images, labels, batch_size=16, epochs=2, shuffle=False, verbose=0)
    for ours, theirs in zip(two.get_weights(), one.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


def test_under_mixed_precision_and_after_loading(tmp_path):
    images, labels = data()
    keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        model = make({"low": 0.1})
    finally:
        keras.mixed_precision.set_global_policy("float32")
    model.fit(images, labels, batch_size=32, verbose=0)
    model.save(tmp_path / "model.keras")
    again, full = keras.models.load_model(tmp_path / "model.keras"), make(None)
    full.set_weights(start := model.get_weights())
    for each in (model, again, full):
        each.fit(images, labels, batch_size=32, verbose=0)
    for ours, theirs in zip(again.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    slow, fast = moved(model, start), moved(full, start)
    np.testing.assert_allclose(slow[0], 0.1 * fast[0], rtol=0.02)
    np.testing.assert_allclose(slow[-2:], fast[-2:], rtol=0.02)


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        (0.0, r"layer_rates: expected a number in \(0, 1\], received 0.0"),
        ({"low": 2}, r"layer_rates\['low'\]: expected a number in \(0, 1\], received 2"),
        ({"hihg": 0.1}, "no layer with weights is called 'hihg', did you mean 'high'"),
        ("slow", "layer_rates: expected a number"),
    ],
)
def test_mistakes(rates, message):
    with pytest.raises(ValueError, match=message):
        make(rates)
