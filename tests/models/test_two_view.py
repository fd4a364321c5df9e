"""A TwoViewModel trains on two views what its losses say, saves it and goes on."""

import numpy as np
import pytest
import tensorflow as tf
from small_models import assert_same_weights
from tensorflow import keras
from two_view_models import GROUPS, PROJECTED, SIZE, backbone, everything, fit, make, projector, views

import tfface


@pytest.mark.parametrize("group", GROUPS)
def test_fit_save_load_and_go_on(group, tmp_path):
    data = views(labelled=group == "both at once")
    model = make(group, run_eagerly=True)  # graphs are made in other tests
    history = fit(model, data, epochs=2, batch_size=8)
    assert len(history) == 1 + len(model.loss.losses) and np.all(np.isfinite(history["loss"]))
    parts = [np.array(history[part.name]) for part in model.loss.losses]
    np.testing.assert_allclose(history["loss"], sum(parts), rtol=1e-5)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert_same_weights(model, again)
    assert model.evaluate(*data, verbose=0) == again.evaluate(*data, verbose=0)
    for one in (model, again):
        fit(one, data, batch_size=8)
    # Equal only if optimiser slots, the state of losses and the slow copy were restored too.
    assert_same_weights(model, again, 1e-6)
    before = again.get_weights()
    again.compile("sgd", loss=again.loss)
    for ours, theirs in zip(again.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_eager_graph_and_xla_agree():
    trained = []
    for options in ({"run_eagerly": True}, {"jit_compile": False}, {"jit_compile": True}):
        keras.utils.set_random_seed(3)
        model = make("slowly", **options)
        fit(model, views(), batch_size=8)
        trained.append(model)
    assert_same_weights(trained[0], trained[1], 1e-4)
    assert_same_weights(trained[0], trained[2], 1e-3)


def test_mixed_precision():
    keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        model = everything(run_eagerly=True)
        history = fit(model, views(), epochs=6, batch_size=8)
    finally:
        keras.mixed_precision.set_global_policy("float32")
    assert np.all(np.isfinite(history["loss"])) and history["loss"][-1] < history["loss"][0]
    assert model.embed(views()[0][0]).dtype == np.float32


def outputs(model, image, training, slow=False):
    """Projections and predictions as the networks give them."""
    networks = (model.slow_backbone, model.slow_projector) if slow else (model.backbone, model.projector)
    z = networks[1](networks[0](image, training=training), training=training)
    return z, model.predictor and model.predictor(z, training=training)


def test_what_losses_are_given():
    """Targets by the slow copy for BYOL and MoCo; queries are of the second view."""
    (pair,) = views()
    model = everything(run_eagerly=True)
    model.slow_projector.set_weights([w + 0.1 for w in model.slow_projector.get_weights()])
    losses = {part.name: part for part in model.loss.losses}
    state = {name: tf.convert_to_tensor(value) for name, value in model.loss_state.read().items()}
    (z1, p1), (z2, p2) = (outputs(model, view, False) for view in pair)
    (s1, _), (s2, _) = (outputs(model, view, False, slow=True) for view in pair)
    both = lambda one, two: tf.stack([one, two], axis=1)  # noqa: E731
    expected = {
        "barlow_twins": 0.05 * losses["barlow_twins"](z1, z2),
        "simsiam": losses["simsiam"](both(z1, z2), both(p1, p2)),
        "byol": losses["byol"](both(s1, s2), both(p1, p2)),
        "moco": tf.reduce_mean(losses["moco"].view_losses(s1, z2, state)[0]),
        "supcon": losses["supcon"](tf.range(32) % 16, tf.concat([z1, z2], axis=0)),
    }
    found = model.evaluate(pair, batch_size=16, verbose=0, return_dict=True)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-5, err_msg=name)


@pytest.mark.parametrize("loss", [tfface.SimCLR(), tfface.VICReg()])
def test_statistics_of_each_view_or_of_both(loss):
    """Batch normalisation in training: SimCLR's sees both views as one batch."""
    (pair,) = views()
    model = tfface.TwoViewModel(backbone(), projector())
    model.compile("sgd", loss=loss)
    if loss.together:
        a, b = np.split(outputs(model, np.concatenate(pair), True)[0], 2)
    else:
        a, b = (outputs(model, view, True)[0] for view in pair)
    np.testing.assert_allclose(model.train_on_batch(pair), loss(a, b), rtol=1e-5)


@pytest.mark.parametrize("momentum", [0.9, keras.optimizers.schedules.ExponentialDecay(0.8, 1, 0.5)])
def test_the_slow_copy_follows(momentum):
    model = tfface.TwoViewModel(backbone(), projector(batch_norm=False), momentum=momentum)
    model.compile(keras.optimizers.SGD(0.5), loss=tfface.MoCo(queue_size=8))
    slow = [model.slow_backbone, model.slow_projector]
    learning = [model.backbone, model.projector]
    weights = lambda networks: [w for network in networks for w in network.get_weights()]  # noqa: E731
    expected = weights(slow)
    assert all(np.array_equal(*pair) for pair in zip(expected, weights(learning), strict=True))
    for rate in (0.9, 0.9) if momentum == 0.9 else (0.8, 0.4):
        model.train_on_batch(views()[0])
        expected = [rate * old + (1 - rate) * new for old, new in zip(expected, weights(learning), strict=True)]
        for ours, theirs in zip(weights(slow), expected, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    assert len(model.trainable_variables) == len(weights(learning))
    assert len(model.weights) == 2 * len(weights(learning)) + 2  # and queue and pointer


def test_a_memory_of_images_without_labels():
    """An image of a former batch is another one, even if it stood in the same row."""
    model = tfface.TwoViewModel(backbone())
    model.compile(keras.optimizers.SGD(0.0), loss=tfface.CrossBatchMemory(tfface.NTXent(), size=24))
    losses = [model.train_on_batch(views(4)[0]) for _ in range(4)]
    labels = model.loss_state.read()["memory_labels"]
    assert len(np.unique(tf.convert_to_tensor(labels))) == 12  # 24 views of 4 images in 3 batches
    assert losses[0] < losses[1] < losses[2] < losses[3]  # more negatives each time


def test_sample_weights_and_sums():
    pair, weights = views()[0], np.linspace(0.0, 2.0, 16)
    model = tfface.TwoViewModel(backbone())
    model.compile("sgd", loss=tfface.SimCLR() + tfface.SupCon())
    a, b = (model.backbone(view) for view in pair)
    # Keras drops weights of arrays that have no labels.
    found = model.evaluate(pair, np.arange(16), sample_weight=weights, batch_size=16, verbose=0, return_dict=True)
    np.testing.assert_allclose(found["simclr"], np.mean(weights * tfface.SimCLR().call(a, b)), rtol=1e-5)
    values = tfface.SupCon().call(tf.range(32) % 16, tf.concat([a, b], axis=0))
    np.testing.assert_allclose(found["supcon"], np.mean(np.tile(weights, 2) * values), rtol=1e-5)


def test_the_backbone_is_what_is_kept():
    model = make("both at once")
    images = views()[0][0]
    assert model.embed(images, normalize=False).shape == (16, SIZE)
    np.testing.assert_array_equal(model.predict(images, verbose=0), model.embed(images, normalize=False))
    face_model = tfface.FaceModel(model.backbone, tfface.layers.CosineHead(3))
    np.testing.assert_array_equal(face_model.embed(images), model.embed(images))
    assert model.projector.compute_output_shape((None, SIZE)) == (None, PROJECTED)
