"""ElasticFace's margins: drawn from seed, step and sample, dealt out by rank (plus), fixed in evaluation."""

import numpy as np
import pytest
import reference_more_margins as more
import tensorflow as tf
from cases import BATCH, batch
from evaluate import reference_gradients, scored, scores_of, tensors

import tfface
from tfface.functional.margins.elasticface import by_hardness, elastic_margins

STATE = {"elasticface_step": tf.constant(3.0)}


def test_margins_follow_seed_and_step():
    draw = elastic_margins([20_000], 0.5, 0.05, seed=1, step=2.0)
    assert float(tf.reduce_mean(draw)) == pytest.approx(0.5, abs=2e-3)
    assert float(tf.math.reduce_std(draw)) == pytest.approx(0.05, rel=0.03)
    np.testing.assert_array_equal(draw, elastic_margins([20_000], 0.5, 0.05, seed=1, step=2.0))
    for seed, step in ((1, 3.0), (2, 2.0)):
        other = elastic_margins([20_000], 0.5, 0.05, seed=seed, step=step)
        assert abs(np.corrcoef(draw, other)[0, 1]) < 0.05


def test_the_harder_sample_has_the_larger_margin():
    margins, cosines = tf.constant([0.1, 0.2, 0.3, 0.4]), tf.constant([0.9, -0.5, 0.7, 0.2])
    counted = tf.constant([True] * 4)
    np.testing.assert_array_equal(by_hardness(margins, cosines, counted), np.float32([0.1, 0.4, 0.2, 0.3]))
    # Ignored samples neither rank nor bring a margin.
    margins, cosines = tf.constant([0.1, 0.2, 0.3, 0.4]), tf.constant([0.9, 0.95, -0.9, 0.2])
    counted = tf.constant([True, True, False, True])
    np.testing.assert_array_equal(by_hardness(margins, cosines, counted), np.float32([0.2, 0.1, 0.0, 0.4]))


def expected_margins(plus, mean, deviation, own):
    """With seed 7, in the step after `STATE`."""
    margins = elastic_margins([BATCH], mean, deviation, seed=7, step=4.0).numpy()
    if plus:
        dealt = np.empty(BATCH)
        dealt[sorted(range(BATCH), key=lambda i: -own[i])] = sorted(margins)
        return dealt
    return margins


@pytest.mark.parametrize("plus", [False, True], ids=["plain", "plus"])
@pytest.mark.parametrize("base", ["arc", "cos"])
def test_a_training_step_uses_drawn_margins(base, plus):
    inputs = batch()
    loss = tfface.ElasticFace(base=base, plus=plus, deviation=0.1, scale=8.0, seed=7)
    embeddings, weights, labels = tensors(*inputs)
    with tf.GradientTape() as tape:
        tape.watch([embeddings, weights])
        scores = scores_of(loss, embeddings, weights)
        losses, state = loss.class_losses(scored(scores, labels), STATE, training=True)
        value = tf.reduce_mean(losses)
    assert float(state["elasticface_step"]) == 4.0
    own = tf.gather(scores, labels, batch_dims=1).numpy()
    margins = expected_margins(plus, {"arc": 0.5, "cos": 0.35}[base], 0.1, own)
    assert float(value) == pytest.approx(more.elasticface(*inputs, margins, base=base, scale=8.0), rel=1e-5)

    class Reference:
        loss = tfface.ArcFace()

        def reference(self, *inputs):
            return more.elasticface(*inputs, margins, base=base, scale=8.0)

    gradients = tape.gradient(value, [embeddings, weights])
    for ours, expected in zip(gradients, reference_gradients(Reference(), *inputs), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=2e-5 * np.abs(expected).max())


@pytest.mark.parametrize("base, simple", [("arc", tfface.ArcFace()), ("cos", tfface.CosFace())])
def test_evaluation_has_the_mean_margin(base, simple):
    embeddings, weights, labels = tensors(*batch())
    scores = scores_of(simple, embeddings, weights)
    losses, state = tfface.ElasticFace(base=base).class_losses(scored(scores, labels), STATE)
    np.testing.assert_allclose(losses, simple.call(labels, scores), rtol=1e-6)
    assert state == {}
    still = tfface.ElasticFace(base=base, deviation=0.0).class_losses(scored(scores, labels), STATE, training=True)[0]
    np.testing.assert_allclose(still, simple.call(labels, scores), rtol=1e-6)


def test_a_margin_drawn_below_zero_turns_the_other_way():
    cosines = tf.constant([-1.0, -0.99, 0.2])
    margin = tf.constant([-0.3, -0.3, -0.3])
    np.testing.assert_allclose(
        tfface.functional.margins.arcface.turned(cosines, margin), np.cos(np.arccos(cosines) - 0.3), atol=1e-6
    )


def test_a_graph_draws_what_eager_code_draws():
    embeddings, weights, labels = tensors(*batch())
    loss = tfface.ElasticFace(plus=True, deviation=0.2, scale=8.0)
    scores = scores_of(loss, embeddings, weights)

    def step(scores, labels):
        return loss.class_losses(scored(scores, labels), STATE, training=True)[0]

    np.testing.assert_allclose(tf.function(step)(scores, labels), step(scores, labels), rtol=1e-5)
    # XLA's generator is another one; it repeats itself too.
    compiled = tf.function(step, jit_compile=True)
    first = compiled(scores, labels).numpy()
    assert np.all(np.isfinite(first))
    np.testing.assert_array_equal(compiled(scores, labels), first)
