"""Two replicas learn what one replica learns from the same global batches: loss, weights and state."""

import numpy as np
import pytest
import replica_cases as cases
import tensorflow as tf
from replica_cases import BATCH, CASES, CLASSES, SIZE, backbone, batches, face_model, model_of
from tensorflow import keras

import tfface

EPOCHS = 5
# Ten steps of these take long; test_sharded.py compares the gradients of each on two replicas.
STATELESS = {"margins", "margins of centers", "dot products"}


def assert_same_training(make, mirrored, data, rtol=1e-4):
    """Trains `make()` on one replica and on two; returns the second."""
    one = make()
    with mirrored.scope():
        two = make()
    start = one.get_weights()
    two.set_weights(start)
    expected, history = (model.fit(data, epochs=EPOCHS, shuffle=False, verbose=0).history for model in (one, two))
    assert history.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_allclose(history[name], values, rtol=rtol, err_msg=name)
    assert not np.allclose(one.get_weights()[0], start[0])
    for ours, theirs in zip(two.get_weights(), one.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol / 10)
    return two


def on_each_replica(mirrored, variable):
    variable = variable.value if isinstance(getattr(variable, "value", None), tf.Variable) else variable
    return [np.array(value) for value in mirrored.experimental_local_results(variable)]


def test_every_loss_has_a_case():
    registered = {row.name for row in tfface.losses.table() if row.kind != "two_view"}
    assert registered == {name for _, names in CASES.values() for name in names.split()}


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=[pytest.mark.soak] if case in STATELESS else []) for case in CASES]
)
def test_two_replicas_equal_one(case, mirrored):
    two = assert_same_training(lambda: model_of(*CASES[case]), mirrored, batches())
    for variable in two.weights:
        values = on_each_replica(mirrored, variable)
        assert len(values) == 2
        np.testing.assert_array_equal(*values)


def sgd(**options):
    return keras.optimizers.SGD(0.05, momentum=0.9, **options)


# Small enough that every step is clipped, by the length of the sum and not of what a replica adds to it.
@pytest.mark.parametrize(
    "options",
    [
        {"clipnorm": 0.02},
        {"global_clipnorm": 0.05},
    ],
    ids=str,
)
def test_gradients_are_summed_before_they_are_clipped(options, mirrored):
    assert_same_training(lambda: face_model(tfface.ArcFace(scale=8.0), "cosine", sgd(**options)), mirrored, batches())


keras_3 = pytest.mark.skipif(not hasattr(keras, "ops"), reason="an option of Keras 3")


@keras_3
@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: sgd(gradient_accumulation_steps=3, global_clipnorm=0.05, weight_decay=0.01),
        lambda: sgd(gradient_accumulation_steps=3, loss_scale_factor=8.0),
        lambda: keras.optimizers.Adam(
            keras.optimizers.schedules.ExponentialDecay(0.01, 1, 0.5), gradient_accumulation_steps=3
        ),
    ],
    ids=["sgd", "scaled", "adam"],
)
def test_gradients_accumulate(optimizer, mirrored):
    """Over three of ten steps, so that the last one is waiting."""
    two = assert_same_training(
        lambda: face_model(tfface.ArcFace(scale=8.0), "cosine", optimizer()), mirrored, batches()
    )
    assert int(two.optimizer.iterations) == 3  # as Keras counts
    for total in two.optimizer._accumulated_gradients:
        values = on_each_replica(mirrored, total)
        assert np.any(values[0])
        np.testing.assert_array_equal(*values)


@keras_3
def test_what_does_not_go_with_accumulation(mirrored):
    with (
        mirrored.scope(),
        pytest.raises(ValueError, match="gradient_accumulation_steps=2 does not go with use_ema under Mirrored"),
    ):
        face_model(tfface.ArcFace(), "cosine", sgd(gradient_accumulation_steps=2, use_ema=True))


def test_mixed_precision(mirrored):
    """The sum of a backbone's gradients is rounded to float16 on each replica."""

    def mixed():
        images = keras.Input((4, 4, 1))
        x = keras.layers.Dense(SIZE, dtype="mixed_float16")(keras.layers.Flatten()(images))
        model = tfface.FaceModel(keras.Model(images, x), cases.HEADS["cosine"]())
        scaled = keras.mixed_precision.LossScaleOptimizer(sgd(), initial_scale=256.0)
        model.compile(scaled, loss=tfface.ArcFace(scale=8.0))
        return model

    assert_same_training(mixed, mirrored, batches(), rtol=5e-3)


def test_several_steps_an_execution(mirrored):
    make = lambda: face_model(tfface.ArcFace(scale=8.0), "cosine", steps_per_execution=2)  # noqa: E731
    assert_same_training(make, mirrored, batches())


def test_a_replica_with_nothing_to_do(mirrored):
    """Of a last batch of 5 the second replica gets no image."""
    loss = lambda: tfface.AdaFace(scale=16.0) + tfface.TripletLoss() + 0.1 * tfface.CenterLoss(CLASSES)  # noqa: E731
    assert_same_training(lambda: face_model(loss(), "partial"), mirrored, batches(last=5))


def test_one_device(tmp_path):
    """A strategy of one device is no strategy at all: in training, saving and going on."""
    device = tf.distribute.OneDeviceStrategy("/cpu:0")
    loss = lambda: tfface.CurricularFace(scale=8.0) + 0.1 * tfface.CenterLoss(CLASSES)  # noqa: E731
    trained = assert_same_training(lambda: face_model(loss(), "partial"), device, batches(), rtol=1e-6)
    trained.save(tmp_path / "one.keras")
    again = keras.models.load_model(tmp_path / "one.keras")
    for ours, theirs in zip(again.get_weights(), trained.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    again.fit(batches(), verbose=0)


def test_triplets_in_a_plain_model(mirrored):
    """Keras averages over replicas, so batches are even here."""

    def plain():
        model = backbone()
        model.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss=tfface.TripletLoss())
        return model

    assert_same_training(plain, mirrored, batches(last=BATCH))


def test_a_weighted_sum_is_over_all_replicas(mirrored):
    weights = tf.data.Dataset.from_tensor_slices(np.linspace(0, 1, BATCH + 13, dtype="float32")).batch(BATCH)
    data = tf.data.Dataset.zip((batches(), weights)).map(lambda pair, weight: (*pair, weight))
    assert_same_training(lambda: face_model(tfface.Softmax(reduction="sum"), "linear"), mirrored, data)


def test_hidden_layers(mirrored):
    """With weights of their own: a layer's centres follow what all replicas saw."""

    def deep():
        images = keras.Input((4, 4, 1))
        x = keras.layers.Conv2D(5, 3, name="block")(images)
        body = keras.Model(images, keras.layers.Dense(SIZE)(keras.layers.Flatten()(x)))
        model = tfface.FaceModel(body, tfface.layers.CosineHead(CLASSES), {"block": None})
        losses = {"block": 0.1 * tfface.CenterLoss(CLASSES)}
        model.compile(keras.optimizers.SGD(0.05, momentum=0.9), tfface.ArcFace(scale=16.0), auxiliary_losses=losses)
        return model

    assert_same_training(deep, mirrored, batches())


def test_no_batch_is_read_before_the_first_step(mirrored):
    """On Keras 3 a strategy would cost a pass of the dataset: epochs of a seed would not be those of one device."""
    passes = []

    def one_pass():
        passes.append(0)
        yield np.zeros((BATCH, 4, 4, 1), "float32"), np.eye(CLASSES, dtype="float32")[np.arange(BATCH) % CLASSES]

    signature = tf.TensorSpec((BATCH, 4, 4, 1)), tf.TensorSpec((BATCH, CLASSES))
    data = tf.data.Dataset.from_generator(one_pass, output_signature=signature)
    with mirrored.scope():
        model = face_model(tfface.ArcFace(), "cosine", metrics=["accuracy"])
    data = data.apply(tf.data.experimental.assert_cardinality(1))
    accuracy = model.fit(data, epochs=2, verbose=0).history["accuracy"]
    assert len(passes) == 2
    assert accuracy[0] <= 1 / 3  # of class ids, though the labels were one-hot
