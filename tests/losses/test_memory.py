"""Cross-batch memory: what it holds, from when on, and that it lives with the model."""

import numpy as np
import pytest
import reference_pairs as ref
import tensorflow as tf
from cases import batch
from tensorflow import keras

import tfface
from tfface import functional as F
from tfface._compat import deserialize, serialize


def memory(labels, position=0):
    labels = np.array(labels, "int32")
    embeddings = np.where(labels < 0, 0, 10 * labels)[:, np.newaxis].astype("float32")
    return F.Memory(tf.constant(labels), tf.constant(embeddings), tf.constant(position))


def test_a_batch_takes_the_place_of_the_oldest():
    before = memory([-1] * 5)
    for labels, expected, position in [
        ([1, 2, 3], [1, 2, 3, -1, -1], 3),
        ([4, 5, 6], [6, 2, 3, 4, 5], 1),
        ([1, 2, 3, 4, 5, 6, 7], [7, 3, 4, 5, 6], 1),
    ]:
        after = F.remembered(before, tf.constant(labels), 10.0 * tf.constant(labels, tf.float32)[:, tf.newaxis])
        assert after.labels.numpy().tolist() == expected and int(after.position) == position
        np.testing.assert_array_equal(after.embeddings, memory(expected).embeddings)
        before = after


def steps(model, embeddings, labels):
    """The loss with the memory, one step after the other."""
    return [
        model.fit(embeddings[i : i + 4], labels[i : i + 4], shuffle=False, verbose=0).history["cross_batch_memory"][0]
        for i in range(0, len(labels), 4)
    ]


def test_training_compares_with_the_last_batches_and_saves_them(tmp_path):
    embeddings, _, labels = batch(size=20)
    size = embeddings.shape[1]
    same = keras.layers.Dense(size, use_bias=False, kernel_initializer="identity")
    model = tfface.FaceModel(keras.Sequential([keras.Input((size,)), same]))
    xbm = tfface.CrossBatchMemory("contrastive", size=6, start=1)
    model.compile(keras.optimizers.SGD(0.0), loss=0.5 * xbm + tfface.SupCon())
    # The first batch is not remembered; of the second and third there is room for the last six.
    seen = [slice(0, 0), slice(0, 0), slice(4, 8), slice(6, 12), slice(10, 16)]
    expected = [
        0.5 * ref.contrastive(labels[i : i + 4], embeddings[i : i + 4], memory=(labels[rows], embeddings[rows]))
        for i, rows in zip(range(0, 20, 4), seen, strict=True)
    ]
    np.testing.assert_allclose(steps(model, embeddings[:12], labels[:12]), expected[:3], rtol=1e-5)
    model.save(tmp_path / "face.keras")
    again = keras.models.load_model(tmp_path / "face.keras")
    for weights in zip(again.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(*weights)
    np.testing.assert_allclose(steps(again, embeddings[12:], labels[12:]), expected[3:], rtol=1e-5)


def test_any_loss_on_pairs_takes_a_memory():
    random = np.random.default_rng(0)
    labels, embeddings = random.integers(0, 3, 8, "int32"), random.normal(size=(8, 5)).astype("float32")
    for loss in (tfface.TripletLoss(), tfface.CircleLoss(scope="batch"), tfface.DistanceWeightedMargin(), "ntxent"):
        xbm = tfface.CrossBatchMemory(loss, size=16)
        state = {
            spec.name: tf.fill(spec.shape, tf.constant(spec.initial, spec.dtype)) for spec in xbm.state(F.Sizes(5))
        }
        alone, state = xbm.embedding_losses(tf.constant(labels), tf.constant(embeddings), state | {})
        state = {"margin_beta": tf.constant(1.2)} | state
        both, _ = xbm.embedding_losses(tf.constant(labels), tf.constant(embeddings + 1.0), state)
        assert np.all(np.isfinite(both)) and not np.allclose(both, alone)


def test_the_inner_loss_is_in_the_config():
    xbm = tfface.CrossBatchMemory(tfface.TripletLoss(mining=tfface.miners.Hard()), size=8)
    again = deserialize(serialize(xbm))
    assert again.get_config() == xbm.get_config() and again.loss.mining == tfface.miners.Hard()
    by_name = tfface.losses.get("cross_batch_memory", loss={"name": "triplet", "mining": "hard"}, size=8)
    assert by_name.loss.mining == "hard"


def test_losses_share_one_memory():
    joint = tfface.CrossBatchMemory("contrastive", size=8) + tfface.CrossBatchMemory("triplet", size=8)
    assert len(joint.state(F.Sizes(4))) == 4
    with pytest.raises(ValueError, match="shares the weight 'memory"):
        (joint + tfface.CrossBatchMemory("supcon", size=8, start=5)).state(F.Sizes(4))


def test_losses_without_pairs_are_refused():
    for loss in ("arcface", tfface.ContrastiveLoss(pairs="given"), tfface.CrossBatchMemory("contrastive", size=8)):
        with pytest.raises(ValueError, match="loss: expected a loss on the pairs of a batch"):
            tfface.CrossBatchMemory(loss, size=8)
