"""The binary losses: their bias, where it begins and what moves it, and SphereFace2's straight-through gradient."""

import math

import numpy as np
import pytest
import reference_more_margins as more
import tensorflow as tf
from cases import CLASSES, batch
from evaluate import first_state, scored, scores_of, tensors

import tfface
from tfface import functional as F


def losses(loss, state, inputs):
    embeddings, weights, labels = tensors(*inputs)
    return loss.class_losses(scored(scores_of(loss, embeddings, weights), labels), state)[0]


def slope(run, value):
    """d run / d value."""
    with tf.GradientTape() as tape:
        tape.watch(value)
        result = tf.reduce_mean(run(value))
    return tape.gradient(result, value).numpy()


@pytest.mark.parametrize("classes", [2, 3, 8, 1000, 1_000_000])
def test_the_initial_bias_of_sphereface2_balances_the_two_sides(classes):
    r, m, t, weight = 8.0, 0.4, 3.0, 0.7
    bias = F.sphereface2_bias(classes, m, r, t, weight)
    own, other = r * (2 * 0.5**t - 1 - m) + bias, r * (2 * 0.5**t - 1 + m) + bias
    pull = weight / (1 + math.exp(own))
    push = (1 - weight) * (classes - 1) / (1 + math.exp(-other))
    assert pull == pytest.approx(push, rel=1e-9)


def test_the_initial_bias_is_the_papers_root():
    z = 0.7 / (0.3 * 9_999)
    own, other = 40 * (2 * 0.5**3 - 1 - 0.4), 40 * (2 * 0.5**3 - 1 + 0.4)
    root = math.log(2 * z) - other - math.log(1 - z + math.sqrt((1 - z) ** 2 + 4 * z * math.exp(own - other)))
    assert F.sphereface2_bias(10_000, 0.4, 40.0, 3.0, 0.7) == pytest.approx(root, rel=1e-12)
    # Where the paper's form loses all digits: few classes.
    assert math.isfinite(F.sphereface2_bias(2, 0.4, 128.0, 3.0, 0.7))


def test_the_initial_bias_is_a_minimum_of_the_loss_at_cosines_of_zero():
    loss = tfface.SphereFace2(scale=8.0)
    (bias,) = first_state(loss, 50).values()
    at_zero = scored(tf.zeros([4, 50]), [0, 1, 2, 3])
    assert abs(slope(lambda b: loss.class_losses(at_zero, {"sphereface2_bias": b})[0], bias)) < 1e-6
    assert abs(slope(lambda b: loss.class_losses(at_zero, {"sphereface2_bias": b})[0], bias + 0.1)) > 1e-4


def test_a_sampled_head_begins_with_the_bias_of_its_sample():
    sizes = F.Sizes(8, classes=1000, scored=100)
    (spec,) = tfface.SphereFace2().state(sizes)
    assert spec.initial == F.sphereface2_bias(100, 0.4, 40.0, 3.0, 0.7) and spec.trainable
    (spec,) = tfface.UniFace().state(sizes)
    assert spec.initial == pytest.approx(math.log(1000)) and spec.trainable and spec.shape == ()
    (spec,) = tfface.UniFace(bias="per_class").state(sizes)
    assert spec.initial == pytest.approx(math.log(1000)) and spec.shape == (1000,)


def test_one_class_is_too_few():
    with pytest.raises(ValueError, match=r"SphereFace2: expected at least 2 classes.*received 1"):
        tfface.SphereFace2().state(F.Sizes(8, 1, 1))


BIASED = {
    "sphereface2": (tfface.SphereFace2(scale=8.0), more.sphereface2, "sphereface2_bias", np.array(0.7)),
    "uniface": (tfface.UniFace(scale=8.0), more.uniface, "uniface_bias_shared", np.array(1.4)),
    "per class": (
        tfface.UniFace(scale=8.0, bias="per_class"),
        more.uniface,
        "uniface_bias_per_class",
        np.ones(CLASSES),
    ),
}


@pytest.mark.parametrize("name", BIASED)
def test_the_bias_is_differentiated(name):
    loss, reference, weight, bias = BIASED[name]
    inputs = batch()
    gradient = slope(lambda b: losses(loss, {weight: b}, inputs), tf.constant(bias, tf.float32))
    for index in np.ndindex(bias.shape):
        step = np.zeros_like(bias)
        step[index] = 1e-6
        above, below = (reference(*inputs, bias=bias + s, scale=8.0) for s in (step, -step))
        np.testing.assert_allclose(gradient[index], (above - below) / 2e-6, rtol=1e-4, atol=1e-6)


def test_a_bias_per_class_follows_the_sampled_classes():
    loss = tfface.UniFace(scale=8.0, bias="per_class")
    cosines = tf.constant(np.random.default_rng(0).uniform(-1, 1, (3, 4)), tf.float32)
    classes, biases = tf.constant([5, 0, 9, 2]), tf.constant(np.arange(10) * 0.3, tf.float32)
    labels = tf.constant([2, 0, -1])
    sampled = F.Scored(cosines, labels, num_classes=10, classes=classes)
    ours = loss.class_losses(sampled, {"uniface_bias_per_class": biases})[0]
    expected = loss.class_losses(scored(cosines, labels), {"uniface_bias_per_class": tf.gather(biases, classes)})[0]
    np.testing.assert_array_equal(ours, expected)


def test_sphereface2_trains_straight_through_if_asked():
    cosines = tf.constant([-1.0, -0.4, 0.3, 1.0])
    state = {"sphereface2_bias": tf.constant(0.5)}
    sample = F.Sample(None, state, None, None, None)
    exact, straight = (tfface.SphereFace2(scale=8.0, gradient=name).rule for name in ("exact", "straight_through"))
    for one, other in ((exact.target_logit, straight.target_logit), (exact.other_logits, straight.other_logits)):
        np.testing.assert_allclose(other(cosines, sample), one(cosines, sample), rtol=1e-6)
        with tf.GradientTape() as tape:
            tape.watch(cosines)
            logits = other(cosines, sample)
        np.testing.assert_array_equal(tape.gradient(logits, cosines), 8.0 * np.ones(4))
