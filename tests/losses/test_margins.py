"""Margins against the losses they become, and what is state, differentiated or frozen in them."""

import numpy as np
import pytest
import reference as ref
import reference_margins as margins
import tensorflow as tf
from cases import BATCH, CLASSES, batch
from evaluate import scored, scores_of, tensors

import tfface
from tfface import functional as F


def cosines(seed=0):
    embeddings, weights, labels = tensors(*batch(seed))
    return scores_of(tfface.ArcFace(), embeddings, weights), labels


ARC, AM = {"margin": 0.5, "scale": 16.0}, {"margin": 0.35, "scale": 16.0}
SAME = [
    (tfface.CombinedMargin(1.0, 0.5, 0.0, scale=16.0), tfface.ArcFace(boundary="none", **ARC)),
    (tfface.CombinedMargin(1.0, 0.0, 0.35, scale=16.0), tfface.CosFace(**AM)),
    (tfface.MVSoftmax(scale=16.0, emphasis=0.0), tfface.ArcFace(**ARC)),
    (tfface.MVSoftmax(base="am", scale=16.0, emphasis=0.0), tfface.CosFace(**AM)),
    (tfface.SphereFaceR(margin=1, scale=16.0), tfface.NormFace(scale=16.0)),
    (tfface.COCO(scale=16.0), tfface.NormFace(scale=16.0)),
    (tfface.SoftMarginSoftmax(margin=0.0), tfface.Softmax()),
    (tfface.SubCenterArcFace(**ARC), tfface.ArcFace(**ARC)),
]


@pytest.mark.parametrize("loss, simpler", SAME, ids=repr)
def test_what_a_margin_becomes(loss, simpler):
    scores, labels = cosines()
    np.testing.assert_allclose(loss.call(labels, scores), simpler.call(labels, scores), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("loss", [tfface.AirFace(), tfface.SphereFaceR(margin=2.6)], ids=repr)
def test_the_target_falls_with_the_angle_up_to_pi(loss):
    across = tf.constant(np.cos(np.linspace(0, np.pi, 500)), tf.float32)
    assert np.all(np.diff(loss.rule.target_logit(across, None)) < 1e-4)
    assert float(loss.rule.target_logit(across, None)[-1]) < -loss.scale


def test_the_scale_of_coco_lets_the_loss_fall_to_epsilon():
    assert F.coco_scale(10, 3.4e-5) == pytest.approx(6.25, abs=0.01)
    best = np.array([[1.0] + [-1.0] * 9], "float32")
    assert float(tfface.COCO(epsilon=0.01)([0], best)) == pytest.approx(0.01, rel=1e-4)


def test_sub_centers_of_the_head_take_part_by_their_maximum():
    embeddings, _, labels = batch()
    head = tfface.layers.CosineHead(CLASSES, sub_centers=3)
    scores = head(tf.constant(embeddings, tf.float32))
    nearest = (ref.unit(embeddings) @ ref.unit(np.asarray(head.kernel, "float64")).T).reshape(BATCH, CLASSES, 3).max(2)
    expected = tfface.ArcFace()(labels, nearest.astype("float32"))
    np.testing.assert_allclose(tfface.SubCenterArcFace()(labels, scores), expected, rtol=1e-5)


def test_the_weights_of_circle_are_not_differentiated():
    scores, labels = cosines()
    loss = tfface.CircleClassLoss(margin=0.25, scale=8.0)
    with tf.GradientTape() as tape:
        tape.watch(scores)
        value = tf.reduce_sum(loss.call(labels, scores))
    c, own = scores.numpy().astype("float64"), np.eye(CLASSES)[labels]
    alpha = np.where(own, np.maximum(1.25 - c, 0), np.maximum(c + 0.25, 0))
    logits = 8.0 * alpha * (c - np.where(own, 0.75, 0.25))
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(tape.gradient(value, scores), 8.0 * alpha * (probabilities - own), rtol=1e-4, atol=1e-5)


def test_straight_through_has_the_slope_of_the_cosine():
    across = tf.constant([-1.0, -0.4, 0.3, 0.9, 1.0])
    with tf.GradientTape() as tape:
        tape.watch(across)
        logits = tfface.SphereFaceR(scale=8.0, gradient="straight_through").rule.target_logit(across, None)
    np.testing.assert_array_equal(tape.gradient(logits, across), 8.0 * np.ones(5))


def advanced(loss, labels, scores, progress):
    state = {"curricularface_t": tf.constant(progress)}
    losses, state = loss.class_losses(scored(scores, labels), state, training=True)
    return losses, state["curricularface_t"]


def test_curricularface_moves_t_before_it_is_used():
    embeddings, weights, labels = batch()
    loss = tfface.CurricularFace(scale=8.0, momentum=0.25)
    scores, ids = cosines()
    own = np.sum(ref.unit(embeddings) * ref.unit(weights)[labels], axis=1)
    t = 0.75 * 0.6 + 0.25 * own.mean()
    losses, moved = advanced(loss, ids, scores, 0.6)
    np.testing.assert_allclose(moved, t, rtol=1e-5)
    expected = margins.curricularface(embeddings, weights, labels, scale=8.0, progress=t)
    np.testing.assert_allclose(losses.numpy().mean(), expected, rtol=1e-5)
    held = loss.class_losses(scored(scores, ids), {"curricularface_t": tf.constant(0.6)})
    assert held[1] == {}


def test_ignored_samples_do_not_move_t():
    scores, labels = cosines()
    loss = tfface.CurricularFace(momentum=0.25)
    some = tf.where(tf.range(BATCH) < 4, labels, -1)
    np.testing.assert_allclose(
        advanced(loss, some, scores, 0.6)[1], advanced(loss, labels[:4], scores[:4], 0.6)[1], rtol=1e-6
    )
    assert float(advanced(loss, tf.fill([BATCH], -1), scores, 0.6)[1]) == np.float32(0.6)


def test_t_is_not_differentiated():
    scores, labels = cosines()
    loss = tfface.CurricularFace(scale=8.0, momentum=0.9)

    def gradient(run):
        with tf.GradientTape() as tape:
            tape.watch(scores)
            value = tf.reduce_sum(run())
        return tape.gradient(value, scores)

    _, t = advanced(loss, labels, scores, 0.6)
    moving = gradient(lambda: advanced(loss, labels, scores, 0.6)[0])
    fixed = gradient(lambda: loss.class_losses(scored(scores, labels), {"curricularface_t": t})[0])
    np.testing.assert_allclose(moving, fixed, rtol=1e-5, atol=1e-6)


def magface(norm, labels, scores, **changed):
    loss = tfface.MagFace(lower_norm=1.0, upper_norm=4.0, scale=8.0, **changed)
    return loss.class_losses(scored(scores, labels, norm))[0]


def test_magface_differentiates_its_margin():
    """Without the penalty the norm acts through m(a) alone, and only within its bounds."""
    norm = tf.constant([0.5, 2.0, 5.0])
    with tf.GradientTape() as tape:
        tape.watch(norm)
        losses = magface(norm, [0, 0, 0], [[0.6, 0.5]] * 3, norm_weight=0.0)
    margin = 0.45 + 0.35 * (2.0 - 1.0) / 3.0
    theta = np.arccos(0.6)
    other = 1.0 / (1.0 + np.exp(8.0 * (np.cos(theta + margin) - 0.5)))
    expected = other * 8.0 * np.sin(theta + margin) * 0.35 / 3.0
    np.testing.assert_allclose(tape.gradient(losses, norm), [0.0, expected, 0.0], rtol=1e-5)


def test_the_penalty_of_magface_leaves_ignored_samples_out():
    norm, scores = tf.constant([2.0, 3.0, 1.5]), [[0.6, 0.5]] * 3
    with tf.GradientTape() as tape:
        tape.watch(norm)
        losses = magface(norm, [0, -1, 1], scores)
    counted = magface(tf.constant([2.0, 1.5]), [0, 1], [[0.6, 0.5]] * 2)
    np.testing.assert_allclose(losses.numpy().mean(), counted.numpy().mean(), rtol=1e-6)
    assert losses[1] == 0.0
    assert tape.gradient(losses, norm)[1] == 0.0
    bare = magface(tf.constant([2.0, 1.5]), [0, 1], [[0.6, 0.5]] * 2, norm_weight=0.0)
    a = np.array([2.0, 1.5])
    np.testing.assert_allclose(counted - bare, 35.0 * (a / 16.0 + 1.0 / a), rtol=1e-5)
