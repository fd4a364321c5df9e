"""The methods by name, and LARS."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras
from two_view_models import SIZE, backbone, views

import tfface

SMALL = {"projector": (16, 12)}
METHODS = {
    "barlow_twins": {"off_diagonal": 0.01},
    "simsiam": {"predictor": 4},
    "vicreg": {},
    "simclr": {"temperature": 0.2},
    "byol": {"predictor": 16, "steps": 100},
    "moco": {"queue_size": 32},
    "supcon": {"memory": 40},
}


@pytest.mark.parametrize("name", METHODS)
def test_a_method_by_name_trains_and_has_the_networks_of_its_paper(name):
    model = tfface.models.two_view(name, backbone(), keras.optimizers.SGD(0.01), **SMALL, **METHODS[name])
    model.run_eagerly = True
    first = model.train_on_batch(*views())
    assert np.isfinite(first) and np.isfinite(model.train_on_batch(*views()))
    assert (model.predictor is None) == (name not in ("simsiam", "byol"))
    assert (model.slow_backbone is None) == (name not in ("byol", "moco"))
    normalizations = [layer for layer in model.projector.steps if isinstance(layer, keras.layers.BatchNormalization)]
    assert len(normalizations) == {"simsiam": 2, "moco": 0, "supcon": 0}.get(name, 1)
    for key in METHODS[name].keys() & {"off_diagonal", "temperature", "queue_size"}:
        assert getattr(model.loss, key) == METHODS[name][key]


def test_the_sizes_of_the_papers():
    model = tfface.models.two_view("simsiam", backbone())
    assert model.projector.widths == (2048, 2048, 2048) and model.predictor.width == 512
    assert model.projector.compute_output_shape((None, SIZE)) == (None, 2048)
    assert tfface.models.two_view("moco", backbone()).momentum == 0.999


def test_the_momentum_of_byol_rises_to_one():
    model = tfface.models.two_view("byol", backbone(), steps=200)
    for step in (0, 50, 100, 200, 300):
        expected = 1.0 - (1.0 - 0.996) * (np.cos(np.pi * min(step, 200) / 200) + 1.0) / 2.0
        np.testing.assert_allclose(model.momentum(step), expected, rtol=1e-6)


def test_what_a_method_does_not_have():
    with pytest.raises(ValueError, match=r"method: unknown name 'barlow'.*barlow_twins"):
        tfface.models.two_view("barlow", backbone())
    with pytest.raises(ValueError, match="predictor: simclr has none"):
        tfface.models.two_view("simclr", backbone(), predictor=8)
    with pytest.raises(ValueError, match="momentum: vicreg has none"):
        tfface.models.two_view("vicreg", backbone(), momentum=0.9)
    with pytest.raises(ValueError, match=r"memory: moco has none.*queue_size"):
        tfface.models.two_view("moco", backbone(), memory=10)


def test_lars_is_what_its_formula_says():
    random = np.random.default_rng(0)
    kernel, bias, flat = random.normal(size=(4, 3)), random.normal(size=3), np.zeros((3, 2))
    variables = [tf.Variable(value, dtype=tf.float32) for value in (kernel, bias, flat)]
    settings = {"learning_rate": 0.5, "momentum": 0.9, "weight_decay": 0.1, "trust": 0.02}
    optimizer = tfface.LARS.from_config(tfface.LARS(**settings).get_config())
    velocity = [np.zeros_like(value) for value in (kernel, bias, flat)]
    for _ in range(3):
        gradients = [random.normal(size=value.shape) for value in (kernel, bias, flat)]
        optimizer.apply_gradients(zip([tf.constant(g, tf.float32) for g in gradients], variables, strict=True))
        for i, (value, gradient) in enumerate(zip((kernel, bias, flat), gradients, strict=True)):
            if value.ndim > 1:
                gradient = gradient + 0.1 * value
                if value.any():
                    gradient = 0.02 * np.linalg.norm(value) / np.linalg.norm(gradient) * gradient
            velocity[i] = 0.9 * velocity[i] - 0.5 * gradient
            value += velocity[i]
    for ours, expected in zip(variables, (kernel, bias, flat), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)


def test_a_model_with_lars_is_saved(tmp_path):
    model = tfface.models.two_view("simclr", backbone(), tfface.LARS(0.1, trust=0.01), **SMALL)
    model.fit(*views(), verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert again.optimizer.trust == 0.01 and again.optimizer.get_config()["weight_decay"] == 1e-6
    for one in (model, again):
        one.fit(*views(), shuffle=False, verbose=0)
    for ours, theirs in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)
