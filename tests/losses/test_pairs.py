"""Circle's frozen weights, what miners pick, and objects as arguments."""

import numpy as np
import pytest
import reference_pairs as ref
import tensorflow as tf
from cases import batch
from tensorflow import keras

import tfface
from tfface import functional as F
from tfface._compat import deserialize, serialize

OBJECTS = [
    tfface.miners.Hard(),
    tfface.miners.Easy(negative="hard"),
    tfface.miners.DistanceWeighted(cutoff=0.3, farthest=1.2, seed=3),
    tfface.miners.MultiSimilarity(epsilon=0.2),
    *map(tfface.distances.get, tfface.distances.names()),
]


@pytest.mark.parametrize("scope", ["anchor", "batch"])
def test_circle_does_not_differentiate_its_weights(scope):
    embeddings, _, labels = batch()
    x = tf.constant(embeddings, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = tfface.CircleLoss(scale=8.0, scope=scope)(labels, x)
    slopes = np.zeros_like(embeddings)
    for index in np.ndindex(*embeddings.shape):
        step = np.zeros_like(embeddings)
        step[index] = 1e-6
        above, below = (
            ref.circle(labels, embeddings + moved, scale=8.0, scope=scope, weights_at=embeddings)
            for moved in (step, -step)
        )
        slopes[index] = (above - below) / 2e-6
    np.testing.assert_allclose(tape.gradient(value, x), slopes, rtol=1e-4, atol=2e-5 * np.abs(slopes).max())


@pytest.mark.skipif(not hasattr(keras.losses, "Circle"), reason="this Keras has no Circle")
def test_circle_has_the_value_of_keras():
    embeddings, _, labels = batch(size=16)
    units = F.normalize(tf.constant(embeddings, tf.float32))
    np.testing.assert_allclose(tfface.CircleLoss()(labels, embeddings), keras.losses.Circle()(labels, units), rtol=1e-5)


@pytest.mark.parametrize("mining", ["all", "hard", "semi-hard", "easy", "multi-similarity"])
@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "xla"])
def test_any_loss_on_pairs_takes_a_miner(mining, compiled):
    embeddings, _, labels = batch(size=12)
    loss = tf.function(tfface.ContrastiveLoss(margin=3.0, mining=mining), jit_compile=compiled)
    expected = ref.contrastive(labels, embeddings, margin=3.0, mining=mining)
    np.testing.assert_allclose(loss(labels, tf.constant(embeddings, tf.float32)), expected, rtol=1e-5)


def test_easy_positive_with_hard_negative():
    embeddings, _, labels = batch(size=12)
    loss = tfface.TripletLoss(mining=tfface.miners.Easy(negative="hard"))
    expected = ref.easy_triplet(labels, embeddings, negative="hard")
    np.testing.assert_allclose(loss(labels, embeddings), expected, rtol=1e-5)


def test_mined_pairs_make_the_triplets():
    """Multi-similarity mining leaves pairs, and the loss sees all triplets of them."""
    x = np.array([[0.0], [1.0], [1.05], [5.0]], "float32")
    # Anchor 0 keeps its positive at 1 (> 1.05 − 0.1) and its negative at 1.05 (< 1 + 0.1), not the one at 5; anchor 1
    # its positive at 1 and its negative at 0.05; the others have no positive.
    loss = tfface.TripletLoss(0.2, "multi-similarity", "euclidean", normalize=False, average="all")
    np.testing.assert_allclose(loss([0, 0, 1, 2], x), ((1 - 1.05 + 0.2) + (1 - 0.05 + 0.2)) / 2, rtol=1e-5)


@pytest.mark.parametrize("distance", ["sqeuclidean", "euclidean", "cosine", "angular", "dot"])
def test_distance_weighted_knows_every_distance(distance):
    """On unit vectors the draws are the same whatever measures them."""
    embeddings, _, labels = batch(size=24)
    units = F.normalize(tf.constant(embeddings, tf.float32))
    pairs = F.batch_pairs(tf.constant(labels), units, distance)
    expected = F.batch_pairs(tf.constant(labels), units, "sqeuclidean").measured
    np.testing.assert_allclose(pairs.metric.chord(pairs.measured), expected, atol=2e-5)
    mined = tfface.miners.DistanceWeighted(farthest=2.0).narrow(pairs)
    assert np.all(pairs.negative | ~mined.negative) and np.all(mined.positive == pairs.positive)
    drawn, positives = (np.count_nonzero(mask, axis=1) for mask in (mined.negative, pairs.positive))
    assert np.all(drawn <= positives) and np.all((drawn > 0) == (positives > 0))


@pytest.mark.parametrize("value", OBJECTS, ids=repr)
def test_objects_are_equal_by_value_and_written_into_configs(value):
    again = deserialize(serialize(value))
    assert again == value and hash(again) == hash(value) and repr(again) == repr(value)
    argument = "mining" if isinstance(value, tfface.miners.Miner) else "distance"
    loss = tfface.TripletLoss(**{argument: value})
    copy = deserialize(serialize(loss))
    assert getattr(copy, argument) == value and repr(copy) == repr(loss)


def test_objects_by_name_and_fields():
    """As a recipe writes them."""
    loss = tfface.losses.get("supcon", mining={"name": "multi-similarity", "epsilon": 0.3})
    assert loss.mining == tfface.miners.MultiSimilarity(epsilon=0.3)
    with pytest.raises(ValueError, match=r"mining: expected .* Miner object, received 'hart', did you mean 'hard'"):
        tfface.TripletLoss(mining="hart")
    with pytest.raises(ValueError, match=r"distance: expected .*Distance object, received 'cosin'.*mean 'cosine'"):
        tfface.SupCon(distance="cosin")
    with pytest.raises(ValueError, match="never below 0, received 'dot'"):
        tfface.ContrastiveLoss(distance="dot")
    with pytest.raises(ValueError, match=r"negative: expected one of 'semi-hard', 'hard', received 'easy'"):
        tfface.miners.Easy(negative="easy")


def test_a_distance_of_ones_own():
    class Manhattan(tfface.distances.Distance):
        def measured(self, a, b):
            return tf.reduce_sum(tf.abs(a[:, tf.newaxis] - b), axis=-1)

    x = np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 2.0]], "float32")
    loss = tfface.TripletLoss(0.2, "all", Manhattan(), normalize=False, average="all")
    np.testing.assert_allclose(loss([0, 0, 1], x), np.mean([2 - 2.5 + 0.2 if 2 - 2.5 + 0.2 > 0 else 0, 2 - 1.5 + 0.2]))
