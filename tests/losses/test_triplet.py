"""Explicit triplets, the distance-weighted draw, and ties."""

import numpy as np
import pytest
import reference as ref
import tensorflow as tf

import tfface
from tfface import functional as F


def _unit(random, *shape):
    x = random.normal(size=shape)
    return (x / np.linalg.norm(x, axis=-1, keepdims=True)).astype("float32")


def test_explicit_triplets():
    triplets = _unit(np.random.default_rng(0), 7, 3, 5)
    a, p, n = triplets[:, 0], triplets[:, 1], triplets[:, 2]
    expected = np.maximum(((a - p) ** 2).sum(-1) - ((a - n) ** 2).sum(-1) + 0.3, 0)
    loss = tfface.TripletLoss(margin=0.3, mining="none", reduction="none")
    np.testing.assert_allclose(loss(np.zeros(7), triplets), expected, rtol=1e-5, atol=1e-6)


def test_a_shared_offset_costs_no_digits():
    x = np.random.default_rng(0).normal(size=(6, 8)).astype("float32")
    labels = [0, 0, 1, 1, 2, 2]
    loss = tfface.ContrastiveLoss(margin=4.0)
    np.testing.assert_allclose(loss(labels, x + 300.0), loss(labels, (x + 300.0) - 300.0), rtol=1e-4)


def test_explicit_contrastive_pairs():
    pairs = np.random.default_rng(0).normal(size=(6, 2, 4)).astype("float32")
    same = np.array([1, 0, 1, 0, 0, 1])
    d = np.linalg.norm(pairs[:, 0] - pairs[:, 1], axis=1)
    expected = np.where(same == 1, 0.5 * d**2, 0.5 * np.maximum(3.0 - d, 0) ** 2)
    loss = tfface.ContrastiveLoss(margin=3.0, pairs="given", reduction="none")
    np.testing.assert_allclose(loss(same, pairs), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("mining", "margin", "form"),
    [
        ("semi-hard", 0.2, "hinge"),
        ("all", 0.4, "hinge"),
        ("all", 0.4, "squared"),
        ("all", "soft", "hinge"),
        ("semi-hard-all", 0.4, "hinge"),
        ("semi-hard-all", 0.4, "squared"),
    ],
)
def test_few_and_many_images_an_identity_count_alike(mining, margin, form, monkeypatch):
    # The same batch by both ways, one positive after the other and by the order of the negatives.
    embeddings = tf.constant(_unit(np.random.default_rng(3), 24, 4))
    labels = np.array([0] * 9 + [1] * 6 + [2] * 4 + [3] * 2 + [4] + [-1] * 2)
    loss = tfface.TripletLoss(margin=margin, mining=mining, form=form)

    def value_and_gradient():
        with tf.GradientTape() as tape:
            tape.watch(embeddings)
            value = loss(labels, embeddings)
        return value, tape.gradient(value, embeddings)

    few = value_and_gradient()
    monkeypatch.setattr("tfface.functional.miners.positives.FEW", 0)
    many = value_and_gradient()
    assert few[0] > 0.0
    for one, other in zip(few, many, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-6)


def test_distance_weighted_draws_by_inverse_density():
    # One anchor with one positive and two negatives at known distances, many times over.
    dimension, near, far = 8, 0.8, 1.2
    density = [(d**2) ** ((dimension - 2) / 2) * (1 - d**2 / 4) ** ((dimension - 3) / 2) for d in (near, far)]
    expected = (1 / density[0]) / (1 / density[0] + 1 / density[1])
    distance = np.array([[0.0, 0.1, near**2, far**2]], "float32")
    positive = np.array([[False, True, False, False]])
    negative = np.array([[False, False, True, True]])
    drawn = []
    for person in range(500):
        pairs = F.Pairs(tf.constant(distance), tf.constant(positive), tf.constant(negative), dimension)
        partners = tf.constant([person, person, person + 1, person + 1])
        pairs = pairs._replace(labels=partners[:1], partners=partners)
        loss = float(tf.reduce_sum(F.batch_triplets(pairs, "distance-weighted", 10.0)))
        drawn.append(loss > 10.0 + 0.1 - far**2 + 0.1)
    assert abs(np.mean(drawn) - expected) < 0.06


def test_distance_weighted_repeats_under_its_seed():
    embeddings = _unit(np.random.default_rng(0), 24, 16)
    labels = np.repeat(np.arange(6), 4)
    values = [
        float(tfface.TripletLoss(mining="distance-weighted", seed=seed, margin=1.0)(labels, embeddings))
        for seed in (0, 0, 1)
    ]
    assert values[0] == values[1] != values[2]


@pytest.mark.parametrize("mining", ["all", "hard", "semi-hard", "semi-hard-all"])
def test_equal_distances_are_not_farther(mining):
    # All six points coincide: every distance is 0, so no negative is farther than a positive.
    value = float(tfface.TripletLoss(margin=0.2, mining=mining)([0, 0, 0, 1, 1, 1], np.ones((6, 2), "float32")))
    assert np.isclose(value, 0.0 if mining == "semi-hard-all" else 0.2, atol=1e-6)


@pytest.mark.parametrize("mining", ["all", "semi-hard", "semi-hard-all"])
def test_many_positives(mining):
    """More than are looked at one after the other."""
    embeddings, labels = np.random.default_rng(0).normal(size=(41, 5)), np.arange(41) % 2
    loss = tf.function(tfface.TripletLoss(mining=mining, margin=0.4), jit_compile=True)
    expected = ref.triplet(labels, embeddings, mining=mining, margin=0.4)
    np.testing.assert_allclose(loss(labels, tf.constant(embeddings, tf.float32)), expected, rtol=1e-5)


def test_memory_stays_quadratic(largest_tensor):
    """No tensor in the graph of value and gradient has three axes of the batch."""
    for mining in ("all", "hard", "semi-hard", "semi-hard-all", "distance-weighted"):
        assert largest_tensor(tfface.TripletLoss(mining=mining), 67) <= 2 * 67 * 68, mining
