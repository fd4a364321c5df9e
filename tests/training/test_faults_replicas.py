"""A checkpoint of any number of replicas goes on with any other, and ends where one that never stopped does."""

from contextlib import nullcontext

import numpy as np
import pytest
from tensorflow import keras

import tfface
from tfface.data import training_stream

CLASSES = 12
# Whatever an engine keeps with a head has to be among what is compared: draws, shares of weights and of their slots.
ENGINES = {"dense": {}, "partial": {"sample_rate": 0.8, "seed": 1}, "sharded": {}}
rng = np.random.default_rng(0)
labels = np.repeat(np.arange(CLASSES), 4)
images = rng.integers(0, 256, (len(labels), 4, 4, 1), dtype=np.uint8)


def new(engine):
    keras.utils.set_random_seed(0)
    inputs = keras.Input((4, 4, 1))
    features = keras.layers.Dense(16, "relu")(keras.layers.Flatten()(inputs))
    head = tfface.layers.CosineHead(CLASSES, engine=engine, **ENGINES[engine])
    model = tfface.FaceModel(keras.Model(inputs, keras.layers.Dense(8)(features)), head)
    model.compile(keras.optimizers.Adam(0.01), loss=tfface.AdaFace() + 0.1 * tfface.CenterLoss(CLASSES))
    return model


def trained(model, first, steps):
    """Trains for some steps of the fourth epoch."""
    batches = training_stream(images, labels, 8, seed=3, first_epoch=4, first_step=first)
    model.fit(batches, steps_per_epoch=steps, verbose=0)
    return model


@pytest.mark.parametrize("engine", ENGINES)
def test_two_replicas_then_one_then_two(engine, mirrored, saved, tmp_path):
    trained(new(engine), 0, 6).save(tmp_path / "whole.keras")

    path = tmp_path / "parts.keras"
    with mirrored.scope():
        model = new(engine)
    trained(model, 0, 2).save(path)
    for first, scope in ((2, nullcontext()), (4, mirrored.scope())):
        with scope:
            model = keras.models.load_model(path)
        trained(model, first, 2).save(path)

    new(engine).save(tmp_path / "untrained.keras")
    whole, parts, untrained = (saved(tmp_path / f"{name}.keras") for name in ("whole", "parts", "untrained"))
    assert whole.keys() == parts.keys() and any("optimizer" in name for name in whole)
    assert any(not np.allclose(whole[name], untrained[name], atol=1e-2) for name in untrained.keys() & whole.keys())
    for name, expected in whole.items():  # two replicas sum in another order than one
        np.testing.assert_allclose(parts[name], expected, rtol=1e-5, atol=1e-5, err_msg=name)
