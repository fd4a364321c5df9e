"""What the losses over centres and proxies do where there is little to compare, and with each other."""

import numpy as np
import pytest
import reference_centers as ref
import tensorflow as tf
from case import CENTERS, CLASSES
from cases import batch

import tfface
from tfface import functional as F


def range_loss(labels, embeddings, **changed):
    """Value and gradient with α = β = 1."""
    embeddings = tf.constant(embeddings, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(embeddings)
        value = tfface.RangeLoss(alpha=1.0, beta=1.0, **{"margin": 20.0, **changed})(labels, embeddings)
    return float(value), tape.gradient(value, embeddings).numpy()


def test_range_counts_each_pair_once_and_no_pair_with_itself():
    labels, points = [0, 0, 0, 1, 1], [[0.0], [1.0], [3.0], [6.0], [8.0]]
    assert range_loss(labels, points)[0] == pytest.approx(2 / (1 / 9 + 1 / 4) + 4)
    assert range_loss(labels, points, k=1)[0] == pytest.approx(9 + 4)
    assert range_loss(labels, points, k=7)[0] == pytest.approx(3 / (1 / 9 + 1 / 4 + 1) + 4)


@pytest.mark.parametrize("euclidean", [False, True])
def test_identical_images_and_a_single_class_have_no_range(euclidean):
    value, gradient = range_loss([0, 0, 0], [[1.0, 2.0]] * 2 + [[5.0, 2.0]], k=3, euclidean=euclidean)
    assert value == 0.0 and np.all(gradient == 0.0)
    assert range_loss([3], [[1.0, 2.0]])[0] == 0.0
    assert range_loss([0, 1], [[1.0, 2.0], [1.0, 2.0]])[0] == 20.0


def test_center_and_minimum_margin_move_one_table():
    embeddings, _, labels = batch()
    labels, embeddings = tf.constant(labels), tf.constant(embeddings, tf.float32)
    joint = tfface.CenterLoss(CLASSES, alpha=0.3) + tfface.MinimumMarginLoss(CLASSES, alpha=0.3)
    assert [spec.name for spec in joint.state(F.Sizes(embedding=5))] == ["centers"]
    state = {"centers": tf.constant(CENTERS, tf.float32)}
    one, other = (part.embedding_losses(labels, embeddings, state)[1]["centers"] for part in joint.losses)
    np.testing.assert_array_equal(one, other)
    with pytest.raises(ValueError, match=r"minimum_margin: shares the weight 'centers'"):
        (tfface.CenterLoss(CLASSES, alpha=0.1) + tfface.MinimumMarginLoss(CLASSES)).state(F.Sizes(embedding=5))


def test_minimum_margin_reaches_the_images_through_the_step_of_their_centers():
    """Two images of class 0, one of class 1: α / (1 + n) of the derivative with respect to a centre."""
    centers, embeddings = tf.zeros([2, 1]), tf.constant([[1.0], [2.0], [-1.0]])
    loss = tfface.MinimumMarginLoss(2, alpha=0.6)
    with tf.GradientTape() as tape:
        tape.watch(embeddings)
        losses, state = loss.embedding_losses(tf.constant([0, 0, 1]), embeddings, {"centers": centers})
        value = tf.reduce_mean(losses)
    np.testing.assert_allclose(state["centers"], [[0.6], [-0.3]], rtol=1e-6)
    np.testing.assert_allclose(tape.gradient(value, embeddings), [[-1.8 * 0.2], [-1.8 * 0.2], [1.8 * 0.3]], rtol=1e-5)


def test_proxies_need_not_be_normalized():
    embeddings, proxies, labels = batch()
    ours = F.proxy_nca(tf.constant(labels), embeddings, proxies, normalize=False)
    np.testing.assert_allclose(tf.reduce_mean(ours), ref.proxy_nca(labels, embeddings, proxies, normalize=False), 1e-5)


def test_proxies_of_equal_losses_are_apart():
    joint = tfface.ProxyNCA(4) + tfface.ProxyNCA(4, scale=9.0)
    assert [spec.name for spec in joint.state(F.Sizes(embedding=5))] == ["proxy_nca_proxies", "proxy_nca_2_proxies"]
    assert all(spec.trainable for spec in joint.state(F.Sizes(embedding=5)))


@pytest.mark.parametrize("loss", [tfface.ProxyNCA(4), tfface.ProxyAnchor(4), tfface.SoftTriple(4)], ids=repr)
def test_proxies_ask_for_a_face_model_without_a_head(loss):
    with pytest.raises(
        ValueError, match=r"(?s)write instead:.*FaceModel\(backbone\)\n.*loss=tfface\.\w+\(num_classes\)"
    ):
        loss(np.zeros(3), np.zeros((3, 2), "float32"))
