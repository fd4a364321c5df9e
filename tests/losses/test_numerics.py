"""No NaN and no Inf, in value or gradient, at the edges of float32."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
from cases import CASES, CLASSES, LABELLED_CASES, SIZE, STATELESS, batch, in_modes, inputs_of
from cases_two_view import views
from evaluate import called_with, first_state, losses_of, scored, tensors, value_and_gradients


def _hard_batches():
    embeddings, weights, labels = batch(seed=3)
    basis = np.zeros((CLASSES, SIZE))
    basis[np.arange(CLASSES), np.arange(CLASSES) % SIZE] = 1.0
    basis[CLASSES - 1] *= -1.0
    yield "cosine +1", basis[labels], basis, labels
    yield "cosine -1", -basis[labels], basis, labels
    yield "zero vectors", np.zeros_like(embeddings), weights, labels
    yield "one zero vector", embeddings * (np.arange(len(labels)) > 0)[:, None], weights, labels
    yield "repeated vector", np.repeat(embeddings[:1], len(labels), axis=0), weights, labels
    yield "norm 1e-6", embeddings * 1e-6, weights, labels
    yield "norm 1e6", embeddings * 1e6, weights, labels
    yield "one class", embeddings, weights, np.zeros_like(labels)
    yield "no positives", embeddings, weights, np.where(np.arange(len(labels)) < CLASSES, np.arange(len(labels)), -1)
    yield "one sample", embeddings[:1], weights, labels[:1]
    yield "all ignored", embeddings, weights, np.full_like(labels, -1)
    yield "zero class weight", embeddings, weights * (np.arange(CLASSES) > 0)[:, None], labels


def _hard_views(case):
    one, other = views(case.loss, seed=3)
    flat = np.ones_like(one) * np.arange(SIZE)
    yield "identical views", one, one
    yield "opposite views", one, -one
    yield "zero vectors", np.zeros_like(one), np.zeros_like(one)
    yield "zero vectors in one view", one, np.zeros_like(one)
    yield "constant column", np.where(np.arange(SIZE) == 1, 3.0, one), other
    yield "repeated vector", flat, flat
    yield "equal columns", np.broadcast_to(one[..., :1], one.shape), other
    yield "norm 1e-6", one * 1e-6, other * 1e-6
    yield "norm 1e6", one * 1e6, other * 1e6
    yield "one sample", one[:1], other[:1]


HARD = list(_hard_batches())


def _hard(case, mode):
    hard = list(_hard_views(case)) if case.loss.kind == "two_view" else HARD
    # XLA compiles anew for each batch size, which takes longer than all else here: it sees that of the others only.
    return [(name, *inputs) for name, *inputs in hard if mode != "xla" or name != "one sample"]


@pytest.mark.parametrize(("case", "mode"), in_modes("eager", "graph", "xla"), ids=str)
def test_hard_batches_stay_finite(case, mode):
    for name, *inputs in _hard(case, mode):
        value, gradients = value_and_gradients(case, *inputs, mode=mode)
        assert np.isfinite(value), name
        for gradient in gradients:
            assert np.all(np.isfinite(gradient)), name


@pytest.mark.parametrize("case", [case for case in CASES if hasattr(case.loss, "scale")], ids=str)
def test_scale_128_stays_finite(case):
    loss = type(case.loss).from_config({**case.loss.get_config(), "scale": 128.0})
    for name, *inputs in HARD:
        values = losses_of(replace(case, loss=loss), *tensors(*inputs))
        assert np.all(np.isfinite(values)), name


@pytest.mark.parametrize("case", LABELLED_CASES, ids=str)
def test_nothing_to_compare_gives_zero_loss_and_gradient(case):
    embeddings, weights, labels = batch(seed=4)
    value, gradients = value_and_gradients(case, embeddings, weights, np.full_like(labels, -1))
    assert value == 0.0
    assert all(np.all(gradient == 0.0) for gradient in gradients)


@pytest.mark.parametrize("name", ["no positives", "one sample"])
@pytest.mark.parametrize("case", [case for case in CASES if case.name.startswith("triplet")], ids=str)
def test_a_batch_without_triplets_gives_zero_loss_and_gradient(case, name):
    inputs = next(inputs for label, *inputs in HARD if label == name)
    value, gradients = value_and_gradients(case, *inputs)
    assert value == 0.0
    assert all(np.all(gradient == 0.0) for gradient in gradients)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("case", STATELESS, ids=str)
def test_low_precision_predictions_are_computed_in_float32(case, dtype):
    y_true, y_pred = called_with(case, seed=2)
    low = tf.cast(y_pred, dtype)
    values = case.loss.call(y_true, low)
    assert values.dtype == tf.float32
    np.testing.assert_allclose(values, case.loss.call(y_true, tf.cast(low, tf.float32)), rtol=1e-6)


def test_many_classes_stay_finite():
    random = np.random.default_rng(0)
    cosines = tf.constant(random.uniform(-1, 1, (4, 100_000)), tf.float32)
    labels = tf.constant([0, 99_999, 5, 7])
    for case in CASES:
        if case.loss.kind == "class" and not case.loss.rule.needs:
            with tf.GradientTape() as tape:
                tape.watch(cosines)
                value = tf.reduce_mean(
                    case.loss.class_losses(scored(cosines, labels), first_state(case.loss, 100_000))[0]
                )
            assert np.isfinite(value)
            assert np.all(np.isfinite(tape.gradient(value, cosines)))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_order_of_the_batch_does_not_matter(case):
    inputs = inputs_of(case, seed=6)
    order = np.random.default_rng(0).permutation(len(inputs[0]))
    reordered = [array[order] if len(array) == len(order) else array for array in inputs]
    one = losses_of(case, *tensors(*inputs)).numpy()
    other = losses_of(case, *tensors(*reordered)).numpy()
    np.testing.assert_allclose(other, one[order], rtol=2e-5, atol=1e-6)
