"""A FaceModel in mixed precision and compiled by XLA."""

import numpy as np
import pytest
from small_models import CLASSES, EACH, assert_same_weights, backbone, data, make
from tensorflow import keras

import tfface


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_keeps_the_head_in_float32(policy, tmp_path):
    images, labels = data()
    keras.mixed_precision.set_global_policy(policy)
    try:
        model = make(tfface.ArcFace() + 0.01 * tfface.CenterLoss(CLASSES))
        history = model.fit(images, labels, epochs=12, verbose=0).history
        assert model.predict(images, verbose=0).dtype == np.float32
        assert model.embed(images).dtype == np.float32
    finally:
        keras.mixed_precision.set_global_policy("float32")
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    for one in (model, again):
        one.fit(images, labels, verbose=0, shuffle=False)
    assert_same_weights(model, again, 1e-6)
    assert np.all(np.isfinite(history["loss"])) and history["loss"][-1] < history["loss"][0]


@pytest.mark.parametrize("loss", EACH, ids=lambda loss: repr(loss)[:40])
def test_xla_equals_the_plain_graph(loss):
    images, labels = data()
    trained = []
    for jit in (False, True):
        keras.utils.set_random_seed(3)
        model = make(loss, jit_compile=jit, metrics=None)
        model.fit(images, labels, epochs=3, verbose=0, shuffle=False)
        trained.append(model)
    assert_same_weights(*trained, tolerance=1e-3)


@pytest.mark.parametrize("options", [{}, {"engine": "partial", "sample_rate": 1.0}])
def test_xla_makes_labels_out_of_range_visible(options):
    images, labels = data()
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES, **options))
    model.compile("sgd", loss=tfface.ArcFace(), jit_compile=True)
    assert np.isnan(model.fit(images, labels + CLASSES, verbose=0).history["loss"][0])
