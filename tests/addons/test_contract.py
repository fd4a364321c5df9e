"""The drop-ins as losses of tfface: configs, saved models, sums, replicas, extremes, memory, errors."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

import tfface
from tfface import addons
from tfface._compat import deserialize, serialize


@keras.utils.register_keras_serializable(package="test")
def manhattan(x):
    return tf.reduce_sum(tf.abs(x[:, tf.newaxis] - x), axis=-1)


ON_EMBEDDINGS = [
    addons.TripletSemiHardLoss(0.7, "squared-L2", "mine"),
    addons.TripletSemiHardLoss(distance_metric=manhattan),
    addons.TripletHardLoss(soft=True, distance_metric="angular"),
    addons.LiftedStructLoss(2.0),
]
ON_OTHERS = [addons.ContrastiveLoss(2.0), addons.NpairsLoss(), addons.NpairsMultilabelLoss("mine")]
LOSSES = [*ON_EMBEDDINGS, *ON_OTHERS]
IDS = [type(loss).__name__ for loss in ON_EMBEDDINGS]


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)
def test_config_round_trip(loss):
    again = deserialize(serialize(loss))
    assert type(again) is type(loss) and again.get_config() == loss.get_config()
    assert again.name == loss.name
    # As it stands in files of tensorflow-addons.
    older = type(loss).from_config({**loss.get_config(), "reduction": "none"})
    assert older.name == loss.name


@pytest.mark.parametrize("loss", ON_EMBEDDINGS[1::2], ids=IDS[1::2])
def test_a_model_fits_saves_and_loads(loss, tmp_path):
    random = np.random.default_rng(0)
    x, y = random.normal(size=(24, 5)).astype("float32"), random.integers(0, 4, 24)
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3)])
    model.compile("sgd", loss=loss)
    model.fit(x, y, batch_size=12, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    before, after = (m.evaluate(x, y, batch_size=24, verbose=0) for m in (model, again))
    np.testing.assert_allclose([before, after], loss(y, model(x)), rtol=1e-5)


def test_contrastive_takes_a_column_of_distances():
    inputs = [keras.Input((2,)), keras.Input((2,))]
    squares = keras.layers.Multiply()([keras.layers.Subtract()(inputs)] * 2)
    model = keras.Model(inputs, keras.layers.Dense(1, kernel_initializer="ones", trainable=False)(squares))
    model.compile("sgd", loss=addons.ContrastiveLoss())
    a, b, same = np.eye(2), np.zeros((2, 2)), np.array([1, 0])
    assert model.evaluate([a, b], same, verbose=0) == pytest.approx(0.5)
    np.testing.assert_allclose(addons.contrastive_loss(same, [[0.5], [0.5]]), [[0.25], [0.25]])


def test_several_labels_may_be_sparse():
    labels, similarities = np.array([[1, 0, 1], [0, 1, 1]]), np.array([[2.0, 0.0], [0.0, 1.0]])
    sparse = tf.sparse.from_dense(labels)
    expected = addons.npairs_multilabel_loss(labels, similarities)
    np.testing.assert_allclose(addons.npairs_multilabel_loss(sparse, similarities), expected)
    nobodys = addons.npairs_multilabel_loss(labels * [[1], [0]], similarities)
    assert np.isfinite(nobodys)


def test_they_add_up_with_other_losses_in_a_face_model():
    backbone = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3)])
    model = tfface.FaceModel(backbone, tfface.layers.CosineHead(4))
    model.compile("sgd", loss=tfface.ArcFace() + 0.1 * addons.TripletHardLoss())
    history = model.fit(np.ones((8, 5)), np.arange(8) % 4, verbose=0).history
    assert {"loss", "arcface", "triplet_hard_loss"} <= set(history)


def value_and_gradient(labels, embeddings, losses=ON_EMBEDDINGS):
    """Of losses on embeddings together: values (B,), and the gradient of their sum."""
    with tf.GradientTape() as tape:
        tape.watch(embeddings)
        values = tf.add_n([loss.call(labels, embeddings) for loss in losses])
        total = tf.reduce_sum(values)
    return values, tape.gradient(total, embeddings)


def test_two_replicas_equal_one(mirrored):
    random = np.random.default_rng(1)
    batch = np.array([0, 1, 0, 2, 0, 1, 2, 2]), random.normal(size=(8, 3)).astype("float32")
    halves = [np.split(array, 2) for array in batch]

    def half_of(parts):
        return mirrored.experimental_distribute_values_from_function(
            lambda context: tf.constant(parts[context.replica_id_in_sync_group])
        )

    def run(labels, embeddings):
        return value_and_gradient(labels, embeddings, ON_EMBEDDINGS[1:2])

    results = tf.function(mirrored.run)(run, [half_of(parts) for parts in halves])
    expected = run(*map(tf.constant, batch))
    for ours, one in zip(results, expected, strict=True):
        both = np.concatenate(mirrored.experimental_local_results(ours))
        np.testing.assert_allclose(both, one, rtol=1e-5, atol=1e-5)


def test_hard_batches_stay_finite():
    random = np.random.default_rng(2)
    x = random.normal(size=(6, 4))
    for batch in (np.zeros((6, 4)), np.repeat(x[:1], 6, axis=0), x * 1e6, x * 1e-6):
        for labels in ([0, 0, 1, 1, 2, 3], [0] * 6, range(6)):
            value, gradient = value_and_gradient(tf.constant(labels), tf.constant(batch, tf.float32))
            assert np.all(np.isfinite(value)) and np.all(np.isfinite(gradient)), (batch, labels)


def test_xla():
    def run(labels, embeddings):
        return value_and_gradient(labels, embeddings, ON_EMBEDDINGS[::2])

    batch = tf.constant([0, 1, 0, 2, 0, 1, 2, 2]), tf.random.stateless_normal((8, 3), [0, 1])
    for ours, eager in zip(tf.function(run, jit_compile=True)(*batch), run(*batch), strict=True):
        np.testing.assert_allclose(ours, eager, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("loss", ON_EMBEDDINGS[::2] + ON_EMBEDDINGS[3:], ids=lambda loss: type(loss).__name__)
def test_memory_stays_quadratic(loss, largest_tensor):
    """tensorflow-addons made (B, B, B) tensors."""
    assert 67 * 67 <= largest_tensor(loss, 67) <= 2 * 67 * 68


def test_half_precision_is_computed_in_float32():
    x = tf.cast(np.random.default_rng(0).normal(size=(6, 4)), tf.float16)
    value = addons.triplet_semihard_loss([0, 0, 1, 1, 2, 2], x)
    assert value.dtype == tf.float32
    np.testing.assert_allclose(value, addons.triplet_semihard_loss([0, 0, 1, 1, 2, 2], tf.cast(x, tf.float32)))


def test_mistakes_are_named():
    x = np.zeros((3, 2))
    with pytest.raises(
        ValueError, match=r"distance_metric: expected 'L2', 'squared-L2', 'angular' or a function.*'L3'"
    ):
        addons.TripletSemiHardLoss(distance_metric="L3")
    with pytest.raises(ValueError, match=r"margin: expected a finite number, received 'soft'"):
        addons.TripletHardLoss(margin="soft")
    with pytest.raises(ValueError, match=r"soft: expected one of False, True, received 'yes'"):
        addons.TripletHardLoss(soft="yes")
    with pytest.raises(ValueError, match=r"y_true: expected labels \(B,\) or \(B, 1\), received shape \(3, 4\)"):
        addons.TripletSemiHardLoss()(np.zeros((3, 4)), x)
    with pytest.raises(ValueError, match=r"y_pred: expected embeddings \(B, D\), received shape"):
        addons.LiftedStructLoss()(np.zeros(3), np.zeros((3, 2, 2)))
    with pytest.raises(TypeError):
        addons.TripletSemiHardLoss(margn=0.5)
