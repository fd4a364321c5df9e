"""N-pair, lifted structure, tuplet margin, angular and FastAP where they differ from other losses on pairs."""

import numpy as np
import pytest
import reference_pairs_b as ref
import tensorflow as tf

import tfface
from tfface import functional as F

LOSSES = [
    tfface.NPairs(),
    tfface.LiftedStructure(),
    tfface.LiftedStructure(form="generalized"),
    tfface.TupletMargin(variance_weight=0.5),
    tfface.Angular(),
    tfface.FastAP(),
]


def test_given_n_pairs_are_the_batch_of_the_paper():
    pairs = np.random.default_rng(0).normal(size=(5, 2, 4))
    labels = np.array([3, 1, 4, 1, 5])  # two pairs of one identity are not each other's negatives
    loss = tfface.NPairs(pairs="given")
    np.testing.assert_allclose(loss(labels, pairs), ref.given_npairs(labels, pairs), rtol=1e-5)
    norms = 0.25 * np.mean(np.sum(pairs**2, axis=(1, 2)))
    regularized = tfface.NPairs(regularization=0.2, pairs="given")
    np.testing.assert_allclose(regularized(labels, pairs), ref.given_npairs(labels, pairs) + 0.2 * norms, rtol=1e-5)
    ignoring = loss([3, -1, 4, -1, 5], pairs)
    np.testing.assert_allclose(ignoring, ref.given_npairs(labels[::2], pairs[::2]), rtol=1e-5)
    with pytest.raises(ValueError, match=r"NPairs: expected pairs of embeddings \(B, 2, D\), received shape \(5, 4\)"):
        loss(labels, pairs[:, 0])


def test_tuplet_margin_leaves_near_positives_alone():
    """Its two parts are there separately; without a spread of cosines the second is 0."""
    labels, x = [0, 0, 1, 1], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
    pairs = F.batch_pairs(tf.constant(labels), tf.constant(x), "cosine")
    assert float(tf.reduce_mean(F.intra_pair_variance(pairs))) == 0.0
    nearer = float(tf.reduce_mean(F.tuplet_margin(pairs, margin=0.0, scale=4.0)))
    np.testing.assert_allclose(nearer, np.log(1 + 2 * np.exp(-4.0)), rtol=1e-5)


def test_angular_negatives_far_apart_do_not_vanish():
    """The nearest negatives of anchor and positive are opposite, at the widest angle."""
    x = np.array([[1.0, 0.0], [-1.0, 1e-3], [1.0, 1e-3], [-1.0, -1e-3]])
    labels, alpha = np.array([0, 0, 1, 2]), np.pi / 3
    np.testing.assert_allclose(tfface.Angular(alpha)(labels, x), ref.angular(labels, x, alpha), rtol=1e-5)


@pytest.mark.parametrize("bins", [1, 7])
def test_fastap_with_other_bins(bins):
    random = np.random.default_rng(0)
    x, labels = random.normal(size=(9, 3)), random.integers(0, 3, 9)
    np.testing.assert_allclose(tfface.FastAP(bins)(labels, x), ref.fastap(labels, x, bins), rtol=1e-5)


def test_fastap_of_perfect_and_of_worst_rankings():
    x = np.array([[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [-1.0, 0.0]])
    assert float(tfface.FastAP()([0, 0, 1, 1], x)) == 0.0
    np.testing.assert_allclose(tfface.FastAP()([0, 1, 0, 1], x), 2 / 3, rtol=1e-6)


@pytest.mark.parametrize("loss", [tfface.Angular(), tfface.LiftedStructure(), tfface.NPairs(pairs="given")], ids=repr)
def test_memory_is_refused_where_every_partner_must_be_an_anchor(loss):
    with pytest.raises(ValueError, match="loss: expected a loss on the pairs of a batch"):
        tfface.CrossBatchMemory(loss, size=8)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_memory_stays_quadratic(loss, largest_tensor):
    """No tensor in the graph of value and gradient has three axes of the batch, or one of it a bin."""
    assert largest_tensor(loss, 67) <= 2 * 67 * 68
