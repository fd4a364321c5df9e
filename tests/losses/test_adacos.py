"""AdaCos' scale: from the number of classes, or moved by each batch before it is used."""

import numpy as np
import pytest
import reference_more_margins as more
import tensorflow as tf
from cases import CLASSES, batch
from evaluate import scored, scores_of, tensors

import tfface
from tfface import functional as F

DYNAMIC = tfface.AdaCos()


def cosines(embeddings, weights, labels):
    embeddings, weights, labels = tensors(embeddings, weights, labels)
    return scores_of(DYNAMIC, embeddings, weights), labels


def step(scores, labels, scale=4.2):
    state = {"adacos_scale": tf.constant(scale, tf.float32)}
    losses, state = DYNAMIC.class_losses(scored(scores, labels), state, training=True)
    return losses, float(state["adacos_scale"])


def near(inputs, share=0.8):
    """The batch with embeddings drawn to their class weights, so that the median angle is below π/4."""
    embeddings, weights, labels = inputs
    return embeddings * (1 - share) + share * 3 * weights[labels], weights, labels


@pytest.mark.parametrize("inputs", [batch(), batch(size=8), near(batch(size=8))], ids=["odd", "even", "near"])
def test_a_step_sets_the_scale_before_it_is_used(inputs):
    losses, scale = step(*cosines(*inputs))
    expected = more.adacos_step(*inputs, scale=4.2)
    assert scale == pytest.approx(expected, rel=1e-5)
    assert float(tf.reduce_mean(losses)) == pytest.approx(more.adacos(*inputs, scale=expected), rel=1e-5)


def test_xla_sets_the_same_scale():
    scores, labels = cosines(*batch())

    def moved(scores, labels):
        state = {"adacos_scale": tf.constant(4.2)}
        return DYNAMIC.class_losses(scored(scores, labels), state, training=True)[1]["adacos_scale"]

    assert float(tf.function(moved, jit_compile=True)(scores, labels)) == pytest.approx(
        step(scores, labels)[1], rel=1e-6
    )


def test_the_median_matters_only_below_45_degrees():
    scores, labels = cosines(*near(batch(size=8)))
    assert np.median(np.arccos(tf.gather(scores, labels, batch_dims=1))) < np.pi / 4
    scores, labels = cosines(*batch())
    assert np.median(np.arccos(tf.gather(scores, labels, batch_dims=1))) > np.pi / 4


def test_ignored_samples_do_not_move_the_scale():
    scores, labels = cosines(*batch())
    some = tf.where(tf.range(len(labels)) < 4, labels, -1)
    assert step(scores, some)[1] == pytest.approx(step(scores[:4], labels[:4])[1], rel=1e-6)
    assert step(scores, tf.fill([len(labels)], -1))[1] == np.float32(4.2)


def test_no_step_makes_the_scale_negative():
    away = tf.constant([[-0.9, -0.9, -0.9]])
    assert step(away, [0])[1] == np.float32(4.2)


def test_large_scales_do_not_overflow():
    _, scale = step(tf.ones([4, CLASSES]), [0, 1, 2, 3], scale=128.0)
    assert scale == pytest.approx(128.0 + np.log(CLASSES - 1), rel=1e-5)


def test_the_scale_is_not_differentiated():
    scores, labels = cosines(*batch())

    def gradient(run):
        with tf.GradientTape() as tape:
            tape.watch(scores)
            value = tf.reduce_sum(run())
        return tape.gradient(value, scores)

    _, scale = step(scores, labels)
    fixed = gradient(lambda: DYNAMIC.class_losses(scored(scores, labels), {"adacos_scale": tf.constant(scale)})[0])
    np.testing.assert_allclose(gradient(lambda: step(scores, labels)[0]), fixed, rtol=1e-5, atol=1e-6)


def test_the_first_scale_is_the_fixed_one_of_all_classes():
    (spec,) = DYNAMIC.state(F.Sizes(8, classes=1000, scored=10))
    assert spec.initial == pytest.approx(np.sqrt(2) * np.log(999))
    assert not spec.trainable
    sampled = F.Scored(tf.constant([[0.5, 0.1]]), tf.constant([0]), num_classes=1000)
    expected = np.log1p(np.exp(-0.4 * spec.initial))
    assert float(tfface.AdaCos(dynamic=False).class_losses(sampled)[0][0]) == pytest.approx(expected, rel=1e-5)


def test_two_classes_are_too_few():
    with pytest.raises(ValueError, match=r"AdaCos: expected at least 3 classes.*received 2"):
        tfface.AdaCos(dynamic=False)([0], [[0.5, 0.1]])
