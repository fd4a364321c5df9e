"""AdaFace's running statistics and its undifferentiated norm."""

import numpy as np
import reference as ref
import tensorflow as tf
from cases import batch
from evaluate import scored, scores_of

import tfface
from tfface import functional as F

STATE = {"adaface_mean": tf.constant(20.0), "adaface_deviation": tf.constant(100.0)}


def test_statistics_move_before_they_are_used():
    embeddings, weights, labels = batch()
    loss = tfface.AdaFace(momentum=0.25)
    x = tf.constant(embeddings, tf.float32)
    scores = scores_of(loss, x, tf.constant(weights, tf.float32))
    losses, state = loss.class_losses(scored(scores, labels, F.norm(x)), STATE, training=True)
    norms = np.linalg.norm(embeddings, axis=1)
    mean, deviation = 0.75 * 20 + 0.25 * norms.mean(), 0.75 * 100 + 0.25 * norms.std(ddof=1)
    np.testing.assert_allclose([state["adaface_mean"], state["adaface_deviation"]], [mean, deviation], rtol=1e-6)
    expected = ref.adaface(embeddings, weights, labels, mean=mean, deviation=deviation)
    np.testing.assert_allclose(losses.numpy().mean(), expected, rtol=1e-5)


def test_ignored_samples_do_not_move_the_statistics():
    norms, scores = tf.constant([1.0, 2.0, 90.0, 90.0]), tf.zeros([4, 3])
    loss = tfface.AdaFace(momentum=1.0)
    _, state = loss.class_losses(scored(scores, [0, 1, -1, -1], norms), STATE, training=True)
    np.testing.assert_allclose([state["adaface_mean"], state["adaface_deviation"]], [1.5, np.sqrt(0.5)], rtol=1e-6)
    _, state = loss.class_losses(scored(scores, [-1] * 4, norms), STATE, training=True)
    assert (float(state["adaface_mean"]), float(state["adaface_deviation"])) == (20.0, 100.0)


def test_one_sample_leaves_the_deviation():
    loss = tfface.AdaFace(momentum=0.5)
    _, state = loss.class_losses(scored(tf.zeros([1, 3]), [0], tf.constant([10.0])), STATE, training=True)
    assert float(state["adaface_mean"]) == 15.0
    assert float(state["adaface_deviation"]) == 100.0


def test_the_norm_is_not_differentiated():
    embeddings, weights, labels = batch()
    loss = tfface.AdaFace(scale=4.0)
    state = {"adaface_mean": tf.constant(2.0), "adaface_deviation": tf.constant(0.5)}
    x = tf.constant(embeddings, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        scores = scores_of(loss, x, tf.constant(weights, tf.float32))
        value = tf.reduce_mean(loss.class_losses(scored(scores, labels, F.norm(x)), state)[0])
    gradient = tape.gradient(value, x).numpy()
    norms = np.linalg.norm(embeddings, axis=1)

    def frozen(x):
        return ref.adaface_at(x, weights, labels, norms, scale=4.0, mean=2.0, deviation=0.5)

    for index in [(0, 0), (3, 2), (8, 4)]:
        step = np.zeros_like(embeddings)
        step[index] = 1e-6
        slope = (frozen(embeddings + step) - frozen(embeddings - step)) / 2e-6
        np.testing.assert_allclose(gradient[index], slope, rtol=1e-4, atol=1e-6)
