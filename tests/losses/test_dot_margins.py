"""L-Softmax and L2-Softmax against plain softmax, L-Softmax's schedule, and the bound on α."""

import numpy as np
import pytest
import tensorflow as tf
from cases import batch
from evaluate import scored, scores_of, tensors

import tfface
from tfface import functional as F


def l_softmax(loss, state=None, training=False):
    embeddings, weights, labels = tensors(*batch())
    scores = scores_of(loss, embeddings, weights)
    return loss.class_losses(scored(scores, labels, F.norm(embeddings), F.norm(weights)), state, training)


def plain(embeddings, weights, labels):
    return tfface.Softmax().call(labels, tf.matmul(embeddings, weights, transpose_b=True))


def test_a_factor_of_one_is_softmax():
    ours = l_softmax(tfface.LSoftmax(margin=1, lambda_start=0.0, lambda_min=0.0))[0]
    np.testing.assert_allclose(ours, plain(*tensors(*batch())), rtol=1e-5)


def test_the_factor_comes_in_slowly():
    loss = tfface.LSoftmax(lambda_start=1000, lambda_decay=1, lambda_min=5)  # whole numbers are fine too
    early, state = l_softmax(loss, {"l_softmax_step": tf.constant(0.0)}, training=True)
    assert float(state["l_softmax_step"]) == 1.0
    fixed = tfface.LSoftmax(lambda_start=500.0, lambda_min=500.0)
    np.testing.assert_allclose(early, l_softmax(fixed)[0], rtol=1e-6)
    late, _ = l_softmax(loss, {"l_softmax_step": tf.constant(1e6)})
    np.testing.assert_allclose(late, l_softmax(tfface.LSoftmax(lambda_start=5.0))[0], rtol=1e-6)
    assert tfface.LSoftmax(lambda_start=5.0).state(F.Sizes(8, 8, 8)) == ()


def test_l2_softmax_is_softmax_on_embeddings_of_norm_alpha():
    embeddings, _, labels = tensors(*batch())
    rule = tfface.L2Softmax(alpha=7.0).rule
    prepared = rule.prepare(embeddings)
    np.testing.assert_allclose(F.norm(prepared), 7.0 * np.ones(len(labels)), rtol=1e-6)
    np.testing.assert_allclose(rule.prepare(1000.0 * embeddings), prepared, rtol=1e-5)


def test_the_bound_on_alpha():
    # With α at the bound, C − 2 classes at 0 and one at −α, the own class has probability p (and a hair less).
    alpha = F.l2_softmax_alpha(100, 0.9)
    assert alpha == pytest.approx(np.log(0.9 * 98 / 0.1))
    assert np.exp(alpha) / (np.exp(alpha) + 98 + np.exp(-alpha)) == pytest.approx(0.9, abs=1e-5)
    with pytest.raises(ValueError, match=r"num_classes: expected.*at least 3, received 2"):
        F.l2_softmax_alpha(2)
    with pytest.raises(ValueError, match=r"probability: expected.*\(0, 1\), received 1"):
        F.l2_softmax_alpha(10, 1.0)


def test_the_scale_of_coco_needs_classes_enough():
    with pytest.raises(
        ValueError, match=r"epsilon: expected less than ln C = 0\.6931 for C = 2 classes, received 0\.8"
    ):
        tfface.COCO(epsilon=0.8)([0], [[0.5, 0.1]])
