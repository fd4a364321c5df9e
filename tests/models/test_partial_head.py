"""Heads that train on a sample of the classes."""

import numpy as np
import pytest
import tensorflow as tf
from small_models import CLASSES, assert_same_weights, backbone, data
from tensorflow import keras

import tfface
from tfface.layers import tables

OPTIMIZERS = {
    "sgd": lambda: keras.optimizers.SGD(0.1),
    "momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "clipped": lambda: keras.optimizers.SGD(0.1, clipnorm=0.05),
    "clipped together": lambda: keras.optimizers.SGD(
        keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5), momentum=0.9, global_clipnorm=0.1
    ),
    "adam": lambda: keras.optimizers.AdamW(0.01, clipvalue=0.01, amsgrad=True),
    "lion": lambda: keras.optimizers.Lion(0.01),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_partial_head_learns_like_the_dense_one(optimizer):
    """Sampling all classes is the dense head, in whatever order the classes come."""
    images, labels = data()
    trained = []
    for options in ({}, {"engine": "partial", "sample_rate": 1.0}):
        keras.utils.set_random_seed(3)
        model = tfface.FaceModel(backbone(), tfface.layers.LinearHead(CLASSES, **options))
        model.compile(OPTIMIZERS[optimizer](), loss=tfface.Softmax(), metrics=["accuracy"])
        for _ in range(4):
            model.train_on_batch(images, labels)
        trained.append(model)
    partial, dense = trained[::-1]
    assert_same_weights(partial.backbone, dense.backbone, tolerance=1e-5)
    for ours, theirs in zip(partial.head.class_weights(), dense.head.class_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_rows_that_take_no_part_rest_with_their_slots():
    """Adam moves every row whose mean is not zero; what was not sampled keeps weights, mean and square."""
    images, labels = data(8)
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(400, engine="partial", sample_rate=0.05))
    model.compile("adam", loss=tfface.NormFace(scale=1.0))
    model.train_on_batch(images, labels)

    def rows():
        slots = {}
        model.row_optimizers[0].save_own_variables(slots)
        return [model.head.class_weights()[0].numpy(), *slots.values()]

    before = rows()
    model.train_on_batch(images, labels)
    moved = [np.any(new != old, axis=1) for new, old in zip(rows(), before, strict=True)]
    assert len(moved) == 3 and moved[0].sum() == 20
    np.testing.assert_array_equal(moved[1], moved[0])


@pytest.mark.parametrize(
    "optimizer, problem",
    [
        (keras.optimizers.RMSprop, "updated row by row, which there is for SGD, Adam, AdamW, Lion, received RMSprop"),
        (lambda: keras.optimizers.SGD(use_ema=True), "row by row, without use_ema"),
    ],
)
def test_optimizers_that_do_not_know_rows(optimizer, problem):
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES, engine="partial", sample_rate=0.5))
    with pytest.raises(ValueError, match=problem):
        model.compile(optimizer(), loss=tfface.ArcFace())


def test_partial_head_moves_only_sampled_classes(tmp_path):
    images, labels = data(8)
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(400, engine="partial", sample_rate=0.05))
    model.compile("sgd", loss=tfface.ArcFace(), metrics=["accuracy"])
    before = np.array(model.head.get_weights()[0])
    model.fit(images, labels, epochs=1, verbose=0)
    moved = np.any(model.head.get_weights()[0] != before, axis=1)
    assert moved.sum() <= 20 and np.all(moved[np.unique(labels)])
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(images, verbose=0), model.predict(images, verbose=0))


def test_partial_head_refuses_a_sample_below_the_batch():
    images, labels = data()
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(40, engine="partial", sample_rate=0.1))
    model.compile("sgd", loss=tfface.ArcFace())
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(16, drop_remainder=True)
    with pytest.raises(ValueError, match=r"16 classes.*0.1 of 40 classes are 4.*at least 0.4"):
        model.fit(dataset, verbose=0)


def test_partial_head_refuses_a_batch_of_unknown_size_that_does_not_fit():
    images, _ = data(16)
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(40, engine="partial", sample_rate=0.1))
    model.compile("sgd", loss=tfface.ArcFace())
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"0\.1 of 40 classes are 4, a batch holds more"):
        model.fit(tf.data.Dataset.from_tensor_slices((images, np.arange(16))).batch(16), verbose=0)


def test_a_large_table_is_drawn_as_a_small_one(monkeypatch):
    """In one program, so that it is held once; a seeded initializer draws the same."""
    drawn = []
    for large in (2**26, 1):
        monkeypatch.setattr(tables, "LARGE", large)
        initializer = keras.initializers.GlorotUniform(seed=5)
        head = tfface.layers.CosineHead(20, engine="partial", sample_rate=0.5, kernel_initializer=initializer)
        head.build((None, 8))
        drawn.append(tables.whole(head.kernel, 20))
    assert len(np.unique(drawn[1])) == 160
    np.testing.assert_array_equal(*drawn)


@pytest.mark.parametrize("folding", [True, False])
def test_drawing_a_large_table_leaves_the_options_as_they_were(monkeypatch, folding):
    monkeypatch.setattr(tables, "LARGE", 1)
    options = tf.config.optimizer
    options.set_experimental_options({"constant_folding": folding})
    try:
        tfface.layers.CosineHead(20).build((None, 8))
        assert options.get_experimental_options()["constant_folding"] is folding
    finally:
        options.set_experimental_options({"constant_folding": True})
