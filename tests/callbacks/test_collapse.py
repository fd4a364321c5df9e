"""A collapse is seen and said once, with its cause; a training that goes well is left alone."""

import logging

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

import tfface
from tfface.callbacks import CollapseMonitor
from tfface.evaluation import effective_rank, embedding_spread, pair_distances

LABELS = np.repeat(np.arange(6), 4)
rng = np.random.default_rng(0)
IMAGES = (rng.normal(size=(6, 4, 4, 1))[LABELS] + 0.5 * rng.normal(size=(24, 4, 4, 1))).astype(np.float32)


def backbone(scale=1.0):
    images = keras.Input((4, 4, 1))
    points = keras.layers.Dense(16, activation="relu")(keras.layers.Flatten()(images))
    return keras.Model(
        images, keras.layers.Dense(8, kernel_initializer=keras.initializers.RandomNormal(stddev=scale, seed=1))(points)
    )


class Point(keras.layers.Layer):
    """Gives one point for all images."""

    def call(self, inputs):
        return 0.0 * inputs + 1.0


class Reader(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.read = []

    def on_epoch_end(self, epoch, logs=None):
        self.read.append({key: value for key, value in logs.items() if key.startswith("collapse")})


def fit(model, callbacks, epochs=4, labels=LABELS, **options):
    return model.fit(
        IMAGES, labels, epochs=epochs, batch_size=24, shuffle=False, callbacks=callbacks, verbose=0, **options
    ).history


def compiled(loss, rate=0.01, head=False, model=None):
    model = backbone() if model is None else model
    model = tfface.FaceModel(model, tfface.layers.CosineHead(6) if head else None)
    model.compile(keras.optimizers.SGD(rate), loss=loss)
    return model


def measured(watch, model):
    watch.set_model(model)
    return watch.measure()


def collapsed():
    """A backbone that gives one point, as deeply collapsed ones do."""
    model = backbone()
    return keras.Model(model.input, Point()(model.output))


def warnings(caplog):
    return [record.message for record in caplog.records if record.message.startswith("collapse: ")]


def test_figures_are_those_of_the_embeddings_and_reach_later_callbacks(caplog):
    watch, reader = CollapseMonitor(IMAGES, LABELS), Reader()
    model = compiled(tfface.ArcFace(scale=16.0), head=True)
    history = fit(model, [watch, reader, keras.callbacks.EarlyStopping("collapse_spread", mode="max")])
    points = model.embed(IMAGES)
    assert watch.result["collapse_spread"] == pytest.approx(embedding_spread(points))
    assert watch.result["collapse_pair_distance"] == pytest.approx(pair_distances(points).mean())
    assert watch.result["collapse_effective_rank"] == pytest.approx(effective_rank(points))
    assert 0 < watch.result["collapse_active_triplets"] < 1
    assert reader.read[-1] == watch.result
    assert history["collapse_spread"] == [read["collapse_spread"] for read in reader.read]
    assert watch.problem is None and not warnings(caplog)


def test_training_that_goes_well_is_left_alone(caplog):
    watch = CollapseMonitor(IMAGES, LABELS, stop=True)
    model = compiled(tfface.TripletLoss(), 0.3)
    before = measured(watch, model)["collapse_active_triplets"]
    batches = tf.data.Dataset.from_tensors((IMAGES, LABELS)).repeat(20)
    history = model.fit(batches, epochs=4, callbacks=[watch], verbose=0).history
    assert len(history["loss"]) == 4 and watch.problem is None and not warnings(caplog)
    assert history["collapse_active_triplets"][-1] < 0.5 * before


def test_siamese_training_without_stop_gradient_collapses(caplog):
    """Two views drawn together and nothing that keeps others apart: SimSiam without its stop-gradient."""
    model = backbone()

    class Siamese(keras.Model):
        def train_step(self, data):
            images = keras.utils.unpack_x_y_sample_weight(data)[0]
            with tf.GradientTape() as tape:
                one, other = (
                    tf.math.l2_normalize(self(images + 0.3 * tf.random.normal(tf.shape(images))), -1) for _ in range(2)
                )
                loss = -tf.reduce_mean(one * tf.reverse(other, [0]))
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            return {"loss": loss}

    siamese = Siamese(model.input, model.output)
    siamese.compile(keras.optimizers.Adam(0.1))
    watch = CollapseMonitor(IMAGES, stop=True)
    assert measured(watch, siamese)["collapse_spread"] > 0.5
    batches = tf.data.Dataset.from_tensors((IMAGES, LABELS)).repeat(20)
    history = siamese.fit(batches, epochs=12, callbacks=[watch], verbose=0).history
    assert len(history["collapse_spread"]) < 12
    assert history["collapse_spread"][-1] < 0.1
    assert history["collapse_effective_rank"][-1] < 2
    (said,) = warnings(caplog)
    assert said == f"collapse: {watch.problem}"
    assert "becoming one point" in said and "learning rate that is too high (now 0.1)" in said


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (
            tfface.TripletLoss(margin=0.3, mining="hard"),
            ["loss has stayed at 0.3 for 2 epochs", "which is its margin", "semi-hard"],
        ),
        (tfface.TripletLoss(margin="soft"), ["loss has stayed at 0.6931 for 2 epochs", "which is ln 2"]),
        (
            tfface.ArcFace() + 0.5 * tfface.TripletLoss(margin=0.4),
            ["triplet has stayed at 0.2 for 2 epochs", "which is 0.5 × its margin"],
        ),
    ],
    ids=["margin", "ln 2", "a part of a sum"],
)
def test_a_loss_that_rests_where_nothing_is_learnt(loss, words, caplog):
    model = compiled(loss, head=loss.kind == "joint", model=collapsed())
    watch = CollapseMonitor(IMAGES, LABELS, threshold=0, patience=2, stop=True)
    assert len(fit(model, [watch])["loss"]) == 2
    (said,) = warnings(caplog)
    assert all(word in said for word in words), said


def test_raw_distances_that_fall_to_0_count_without_normalisation(caplog):
    model = compiled(tfface.TripletLoss(margin=0.5, normalize=False), 1e-9, model=backbone(1e-4))
    fit(model, [watch := CollapseMonitor(IMAGES)])
    assert watch.result["collapse_spread"] > 0.3  # in all directions, but from very near
    assert "which is its margin" in warnings(caplog)[0]


def test_binary_cross_entropy_at_ln_2(caplog):
    model = backbone()
    verifier = keras.Model(
        model.input, keras.layers.Dense(1, "sigmoid", kernel_initializer="zeros", trainable=False)(model.output)
    )
    verifier.compile("sgd", loss="binary_crossentropy")
    fit(verifier, [CollapseMonitor(IMAGES, embedder=model)], labels=LABELS % 2)
    (said,) = warnings(caplog)
    assert "loss has stayed at 0.6931" in said and "ln 2: the scores say nothing" in said


def test_batches_without_pairs_are_told_from_success(caplog):
    model = compiled(tfface.TripletLoss())
    fit(model, [CollapseMonitor(IMAGES, LABELS)], labels=np.arange(24))
    (said,) = warnings(caplog)
    assert "0 from the first epoch on: the batches hold no two images of one identity" in said
    assert "identities_per_batch" in said
    caplog.clear()
    apart = (10.0 * np.eye(6)[LABELS]).reshape(24, 6, 1, 1).astype(np.float32)
    flat = keras.Sequential([keras.Input((6, 1, 1)), keras.layers.Flatten()])
    flat.compile("sgd", loss=tfface.TripletLoss())
    flat.fit(apart, LABELS, epochs=4, batch_size=24, callbacks=[CollapseMonitor(apart, LABELS)], verbose=0)
    assert not warnings(caplog)


def test_threshold_and_rhythm(caplog):
    reader = Reader()
    model = compiled(tfface.ArcFace(), 1e-9, head=True)
    fit(model, [CollapseMonitor(IMAGES, every=2, threshold=0), reader], epochs=5)
    assert [epoch for epoch, read in enumerate(reader.read) if read] == [1, 3, 4]
    assert not warnings(caplog)
    history = fit(model, [CollapseMonitor(IMAGES, threshold=1, stop=True)], epochs=5)
    assert len(history["loss"]) == 1 and "below 1" in warnings(caplog)[0]


@pytest.mark.parametrize("options", [{}, {"steps_per_execution": 2}])
def test_it_stops_within_an_epoch(options, caplog):
    model = collapsed()
    model.compile("sgd", loss=tfface.TripletLoss(), **options)
    seen = []
    counter = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(batch))
    watch = CollapseMonitor(IMAGES, batch_every=2, stop=True)
    model.fit(IMAGES, LABELS, batch_size=4, epochs=3, callbacks=[watch, counter], verbose=0)
    assert seen[-1] == 1 and len(warnings(caplog)) == 1


def test_embeddings_that_are_not_finite_are_left_to_the_other_monitor(caplog):
    model = compiled(tfface.TripletLoss())
    model.backbone.layers[-1].bias.assign(np.full(8, np.nan))
    watch = CollapseMonitor(IMAGES, LABELS, stop=True)
    fit(model, [watch], epochs=2)
    assert all(np.isnan(value) for value in watch.result.values()) and len(watch.result) == 4
    assert not warnings(caplog)


def test_two_replicas_measure_what_one_does(mirrored):
    with mirrored.scope():
        two = compiled(tfface.TripletLoss())
    one = compiled(tfface.TripletLoss())
    one.set_weights(two.get_weights())
    results = []
    for model in (one, two):
        fit(model, [watch := CollapseMonitor(IMAGES, LABELS, batch_every=1)], epochs=1)
        results.append(watch.result)
    assert results[0] == pytest.approx(results[1], rel=1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": [1, 2]}, "labels: expected one for each of 24 images"),
        ({"images": IMAGES[:1]}, "images: expected at least two"),
        ({"every": 0}, "every: expected"),
        ({"batch_every": 1.5}, "batch_every: expected"),
        ({"threshold": 2}, "threshold: expected"),
        ({"patience": 0}, "patience: expected"),
        ({"margin": -1}, "margin: expected"),
    ],
)
def test_arguments_that_do_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        CollapseMonitor(**{"images": IMAGES, **arguments})


@pytest.fixture(autouse=True)
def _listening(caplog):
    caplog.set_level(logging.WARNING, "tfface")
