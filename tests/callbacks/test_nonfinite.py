"""A NaN is named by step, part of the loss and layer, and stops the training or not."""

import logging

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

import tfface
from tfface.callbacks import NonFiniteError, NonFiniteMonitor

CLASSES, STEPS, BATCH = 4, 6, 8
rng = np.random.default_rng(0)
LABELS = np.tile(np.arange(CLASSES), STEPS * BATCH // CLASSES)
IMAGES = rng.normal(size=(STEPS * BATCH, 4, 4, 1)).astype(np.float32)
ALL = slice(None)


class Watched(keras.layers.Layer):
    """Gives back what it gets; `value` instead from its call `at` on, in the graph of the training."""

    def __init__(self, at, value=np.nan, **kwargs):
        super().__init__(**kwargs)
        self.at, self.value = at, value

    def build(self, input_shape):
        self.calls = self.add_weight(name="calls", shape=(), initializer="zeros", trainable=False)
        super().build(input_shape)

    def call(self, inputs, training=False):
        if training:
            self.calls.assign_add(1.0)
        return inputs + tf.where(tf.convert_to_tensor(self.calls) >= self.at, self.value, 0.0)


@tf.custom_gradient
def _spoiled(x, spoil):
    return tf.identity(x), lambda upstream: (upstream / tf.where(spoil, 0.0, 1.0) * tf.where(spoil, 0.0, 1.0), None)


class BadGradient(Watched):
    """Gives back what it gets; its gradient is NaN from its call `at` on."""

    def call(self, inputs, training=False):
        self.calls.assign_add(1.0)
        return _spoiled(inputs, tf.convert_to_tensor(self.calls) >= self.at)


def backbone(*inserted):
    images = keras.Input((4, 4, 1))
    x = keras.layers.Flatten(name="flat")(images)
    x = keras.layers.Dense(8, name="first")(x)
    for layer in inserted:
        x = layer(x)
    return keras.Model(images, keras.layers.Dense(8, name="last")(x))


def face_model(*inserted, loss=None, **options):
    model = tfface.FaceModel(backbone(*inserted), tfface.layers.CosineHead(CLASSES, name="head"))
    loss = tfface.ArcFace(scale=8.0) + 0.5 * tfface.TripletLoss() if loss is None else loss
    model.compile(keras.optimizers.SGD(0.01), loss=loss, **options)
    return model


def fit(model, watch, images=IMAGES, epochs=1, **options):
    return model.fit(
        images, LABELS, batch_size=BATCH, epochs=epochs, shuffle=False, callbacks=[watch], verbose=0, **options
    ).history


def error_of(model, watch, *data, **options):
    with pytest.raises(NonFiniteError) as raised:
        fit(model, watch, *data, **options)
    return raised.value


def warnings(caplog):
    return [record.message for record in caplog.records if record.name == "tfface"]


def test_a_finite_training_is_left_alone(caplog):
    models = face_model(), face_model()
    models[1].set_weights(models[0].get_weights())
    first = fit(models[0], NonFiniteMonitor(every=2, images=IMAGES[:8]), epochs=2, validation_data=(IMAGES, LABELS))
    second = fit(models[1], NonFiniteMonitor(), epochs=2)
    assert first["loss"] == second["loss"]
    assert not warnings(caplog)


@pytest.mark.parametrize("every", [1, 4, 20])
@pytest.mark.parametrize("images", [None, IMAGES[:4]], ids=["weights", "images"])
def test_the_step_and_the_parts_are_named_however_seldom_it_looks(every, images):
    error = error_of(face_model(Watched(4, name="bad")), NonFiniteMonitor(every=every, images=images))
    assert (error.epoch, error.step, error.parts) == (1, 4, ("arcface", "triplet"))
    assert str(error).startswith(
        "step 4 of epoch 1: arcface is nan and triplet is nan: in all parts, so the embeddings are not finite; "
    )
    assert "learning rate that is too high (now 0.01)" in str(error) and "not standardised" in str(error)


def test_a_bad_part_is_told_from_the_good_ones():
    class Bad(tfface.TripletLoss):
        def embedding_losses(self, labels, embeddings, state, **options):
            losses, state = super().embedding_losses(labels, embeddings, state, **options)
            return losses * np.nan, state

    error = error_of(face_model(loss=tfface.ArcFace() + Bad(name="bad")), NonFiniteMonitor())
    assert (error.step, error.parts) == (1, ("bad",))
    assert "bad is nan, but not arcface; at the beginning all weights were finite" in str(error)


@pytest.mark.parametrize("name", ["first", "last", "head"])
def test_bad_weights_are_named(name):
    model = face_model()
    layer = model.head if name == "head" else model.backbone.get_layer(name)
    kernel = np.array(layer.kernel)
    kernel[0, 0] = np.inf
    layer.kernel.assign(kernel)
    for watch in (NonFiniteMonitor(), NonFiniteMonitor(images=IMAGES[:4])):
        error = error_of(model, watch)
        assert (error.layer, error.step) == (name, 1)
        assert f"first bad layer: '{name}', with weights that were not finite at the beginning" in str(error)
        model.set_weights(face_model().get_weights())
        layer.kernel.assign(kernel)


def test_the_first_bad_output_is_named():
    """An overflow: finite weights, finite images, and a layer that makes infinity of them."""
    model = face_model(Watched(1e9, name="fine"), keras.layers.Lambda(tf.exp, name="overflow"))
    model.backbone.get_layer("first").bias.assign(np.full(8, 100.0))
    error = error_of(model, NonFiniteMonitor(images=IMAGES[:4]))
    assert error.layer == "overflow"
    assert "first bad layer: 'overflow', whose output is not finite with the weights of the beginning" in str(error)
    assert "call" not in model.backbone.get_layer("overflow").__dict__


def test_a_bad_gradient_is_found_at_the_last_layer_it_reached():
    error = error_of(face_model(BadGradient(3, name="bad")), NonFiniteMonitor(every=1))
    assert (error.step, error.layer) == (4, "first")
    assert "with weights that were not finite at step 3 of epoch 1" in str(error)
    error = error_of(
        face_model(BadGradient(3, name="bad"), keras.layers.Dense(8, name="between"), BadGradient(3)),
        NonFiniteMonitor(every=1),
    )
    assert error.layer == "between"
    assert "the last of 2 from 'first' on (gradients run backwards)" in str(error)


def test_weights_are_as_they_were_after_the_search(caplog):
    model = face_model(Watched(4, name="bad"))
    model.optimizer.learning_rate.assign(0.0)
    before = model.backbone.get_layer("first").get_weights()
    history = fit(model, NonFiniteMonitor(stop=False, every=1, images=IMAGES[:4]))
    assert np.isnan(history["loss"][0])
    (said,) = warnings(caplog)
    assert said.startswith("not finite: step 4 of epoch 1: ")
    assert "all layers were finite, the largest output, " in said
    after = model.backbone.get_layer("first").get_weights()
    assert np.isnan(after[0]).all() and np.isfinite(before[0]).all()


def test_without_stop_each_part_is_told_once(caplog):
    model = face_model(Watched(4, name="bad"))
    fit(model, NonFiniteMonitor(stop=False, every=2), epochs=3)
    assert len(warnings(caplog)) == 1


def test_images_that_are_not_finite():
    images = IMAGES.copy()
    images[17] = np.nan
    error = error_of(face_model(), NonFiniteMonitor(every=1, images=IMAGES[:4]), images)
    assert (error.step, error.layer) == (3, None)
    assert "at step 2 of epoch 1 all layers were finite" in str(error)
    with pytest.raises(ValueError, match="images: expected finite"):
        NonFiniteMonitor(images=images)


def test_a_plain_model_and_several_steps_at_once():
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.Flatten(), Watched(3, np.inf), keras.layers.Dense(CLASSES)]
    )
    model.compile("sgd", loss="mse", steps_per_execution=2)
    with pytest.raises(NonFiniteError) as raised:
        model.fit(IMAGES, np.eye(CLASSES)[LABELS], batch_size=BATCH, callbacks=[NonFiniteMonitor(every=2)], verbose=0)
    assert (raised.value.step, raised.value.parts) == (4, ("loss",))
    assert str(raised.value).startswith("step 4 of epoch 1: loss is ")


def test_a_loss_by_its_name_and_a_validation_that_fails():
    model = face_model(loss=tfface.ArcFace())
    bad = (np.full_like(IMAGES, np.inf), LABELS)
    error = error_of(model, NonFiniteMonitor(), epochs=2, validation_data=bad)
    assert (error.epoch, error.step, error.parts) == (1, None, ("val_loss",))
    error = error_of(face_model(Watched(2), loss=tfface.ArcFace()), NonFiniteMonitor())
    assert "step 2 of epoch 1: loss (arcface) is nan; " in str(error)


def test_two_replicas(mirrored):
    with mirrored.scope():
        model = face_model(Watched(4, name="bad"))
    model.backbone.get_layer("first").kernel.assign(np.full((16, 8), 0.1))
    error = error_of(model, NonFiniteMonitor(every=2, images=IMAGES[:4]))
    assert (error.step, error.parts) == (4, ("arcface", "triplet"))
    assert "at step 2 of epoch 1 all layers were finite" in str(error)


def test_a_tracked_run_has_diverged():
    from tfface.callbacks.departure import outcome_of

    error = NonFiniteError("step 4 of epoch 1: …", 1, 4, ("loss",), None)
    assert outcome_of(error) == ("diverged", "step 4 of epoch 1: …")


def test_arguments():
    with pytest.raises(ValueError, match="every: expected"):
        NonFiniteMonitor(every=0)


@pytest.fixture(autouse=True)
def _listening(caplog):
    caplog.set_level(logging.WARNING, "tfface")
