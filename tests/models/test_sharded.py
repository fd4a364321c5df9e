"""Classes shared by two replicas: every margin, checkpoints for any number of replicas, sampling, mistakes."""

import numpy as np
import pytest
import tensorflow as tf
from small_models import CLASSES, assert_same_weights, backbone, data
from tensorflow import keras
from test_engines import LOSSES, MANY, SIZE

import tfface
from tfface import functional as F
from tfface._compat import native
from tfface.callbacks import bad_layer
from tfface.functional.margin import WEIGHT_NORM
from tfface.layers import tables


def head(loss, **engine):
    if loss.inputs == "cosine":
        made = tfface.layers.CosineHead(MANY, sub_centers=2, **engine)
    else:
        made = tfface.layers.LinearHead(MANY, use_bias=WEIGHT_NORM not in loss.rule.needs, **engine)
    made.build((None, SIZE))
    random = np.random.default_rng(1)
    for table in made.tables:
        rows = MANY * made.sub_centers
        tables.fill(table, random.normal(size=(rows, *table.shape[1:])).astype("float32"), MANY)
    return made


def judge(loss, made, state, embeddings, labels, factors):
    """Losses, new state, and gradients of this replica's share of Σ factor · loss."""
    taken = made.take(labels) if made.takes else None
    weights = taken.weights if taken else list(map(native, made.tables))
    trained = [value for value in state.values() if value.trainable]
    with tf.GradientTape() as tape:
        tape.watch([embeddings, weights])
        found = made.supervise(embeddings, labels, loss, state, True, taken)
        value = tf.reduce_sum(found.losses * factors)
    gradients = tape.gradient(value, [embeddings, *weights, *trained])
    return found.losses, found.state, [tf.convert_to_tensor(gradient) for gradient in gradients]


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_two_shares_equal_one_dense_head(loss, mirrored):
    random = np.random.default_rng(0)
    embeddings = random.normal(size=(7, SIZE)).astype("float32")
    batch = [embeddings, np.int32([0, 3, 3, 10, 7, -1, 4]), np.arange(1.0, 8.0, dtype="float32")]
    specs = loss.state(F.Sizes(SIZE, MANY, MANY))
    state = {
        spec.name: tf.Variable(tf.fill(spec.shape, tf.constant(spec.initial, spec.dtype)), trainable=spec.trainable)
        for spec in specs
    }
    expected = judge(loss, head(loss), state, *map(tf.constant, batch))
    with mirrored.scope():
        shared = head(loss, engine="sharded")

    def one():
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        mine = [part[:4] if replica == 0 else part[4:] for part in batch]
        return judge(loss, shared, state, *map(tf.constant, mine))

    losses, new_state, (of_embeddings, *gradients) = tf.nest.map_structure(
        mirrored.experimental_local_results, mirrored.run(one)
    )
    np.testing.assert_allclose(np.concatenate(losses), expected[0], rtol=1e-5, atol=1e-5)
    for name, values in new_state.items():
        for value in values:
            np.testing.assert_allclose(value, expected[1][name], rtol=1e-5)
    ours = [np.concatenate(of_embeddings)]
    for shares in gradients[: len(shared.tables)]:
        first, rest = np.split(shares[0], [MANY // 2 * shared.sub_centers])
        assert not rest.any()
        ours.append(np.concatenate([first, shares[1]]))
    ours += [np.sum(parts, axis=0) for parts in gradients[len(shared.tables) :]]
    for one, other in zip(ours, expected[2], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * np.abs(other).max())


def sgd(**options):
    return keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5), momentum=0.9, **options)


def model(optimizer, metrics=None, **engine):
    """Seven classes, which two replicas cannot share evenly."""
    keras.utils.set_random_seed(1)
    made = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES, 2, **engine))
    made.compile(optimizer, loss=tfface.CurricularFace(scale=8.0, momentum=0.3), metrics=metrics)
    return made


def fit(made, epochs=3, size=32):
    images, labels = data(size)
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(16)
    return made.fit(dataset, epochs=epochs, verbose=0).history


def kernel(made):
    return tables.whole(made.head.kernel, CLASSES)


def test_two_replicas_learn_with_shares_what_one_learns(mirrored):
    """The last batch of five images leaves the second replica none."""
    one = model(sgd(global_clipnorm=0.1), ["accuracy"])
    with mirrored.scope():
        two = model(sgd(global_clipnorm=0.1), ["accuracy"], engine="sharded")
    ours, expected = fit(two, size=37), fit(one, size=37)
    for name in expected:
        np.testing.assert_allclose(ours[name], expected[name], rtol=1e-4, err_msg=name)
    assert_same_weights(two.backbone, one.backbone, tolerance=2e-5)
    np.testing.assert_allclose(kernel(two), kernel(one), rtol=1e-4, atol=2e-5)


def test_a_checkpoint_fits_any_number_of_replicas(mirrored, tmp_path):
    """Weights, the state of losses, and slots: what was begun on two goes on on one, and on two again."""
    with mirrored.scope():
        begun = model(sgd(clipnorm=0.2), engine="sharded")
    fit(begun, epochs=1)
    begun.save(tmp_path / "two.keras")
    alone = keras.models.load_model(tmp_path / "two.keras")
    fit(alone, epochs=1)
    alone.save(tmp_path / "one.keras")
    with mirrored.scope():
        again = keras.models.load_model(tmp_path / "one.keras")
    fit(begun, epochs=1)
    for made in (begun, again):
        np.testing.assert_allclose(kernel(made), kernel(alone), rtol=1e-4, atol=1e-5)
    images, _ = data(5)
    expected = alone.predict(images, verbose=0)
    np.testing.assert_allclose(again.predict(images, verbose=0), expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(again(images), expected, rtol=1e-4, atol=1e-4)
    velocities = [{}, {}]
    for made, store in zip((alone, again), velocities, strict=True):
        made.row_optimizers[0].save_own_variables(store)
    assert velocities[0]["0"].shape == (2 * CLASSES, 12) and velocities[0]["0"].any()
    np.testing.assert_array_equal(velocities[1]["0"], velocities[0]["0"])


def test_a_sample_of_each_share(mirrored):
    images, labels = data(8)
    with mirrored.scope():
        made = tfface.FaceModel(backbone(), tfface.layers.CosineHead(401, engine="sharded", sample_rate=0.05))
        made.compile(sgd(), loss=tfface.NormFace(scale=1.0), metrics=["accuracy"])
    before = tables.whole(made.head.kernel, 401)
    made.fit(images, labels, batch_size=8, epochs=1, verbose=0)
    moved = np.any(tables.whole(made.head.kernel, 401) != before, axis=1)
    assert 18 <= moved.sum() <= 20 and moved[:200].sum() == 10 and np.all(moved[np.unique(labels)])


def test_fewer_classes_than_replicas(mirrored):
    with mirrored.scope(), pytest.raises(ValueError, match="num_classes: 1 classes cannot be shared by 2 replicas"):
        tfface.layers.CosineHead(1, engine="sharded").build((None, 4))


def test_weights_that_are_not_finite_are_seen_in_every_share(mirrored):
    with mirrored.scope():
        two = model(sgd(), engine="sharded")
    images, labels = data(16)
    two.fit(images, labels, batch_size=16, callbacks=[tfface.callbacks.NonFiniteMonitor(every=1)], verbose=0)
    assert bad_layer.with_bad_weights(bad_layer.snapshot(two, copy=False)) == []
    values = kernel(two)
    values[-1] = np.nan  # of the last class, which the second replica has
    tables.fill(two.head.kernel, values, CLASSES)
    assert bad_layer.with_bad_weights(bad_layer.snapshot(two, copy=False)) == [two.head.name]
