"""Any protocol during training, at epochs and steps, and under a strategy that shares the images among its replicas."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

import tfface
from tfface.callbacks import NeptuneCallback, Verification
from tfface.callbacks.series import series_of
from tfface.data import standardize, verification_pairs
from tfface.evaluation import PairsProtocol, Protocol, pool_templates, retrieval, template_verification, verification
from tfface.tracking import read_runs

LABELS = np.repeat(np.arange(4), 5)
RNG = np.random.default_rng(0)
PIXELS = np.clip(RNG.integers(0, 200, (4, 3, 3, 1))[LABELS] + RNG.integers(0, 56, (20, 3, 3, 1)), 0, 255).astype(
    np.uint8
)
IMAGES = standardize(PIXELS)
PAIRS = verification_pairs(LABELS)


def model():
    keras.utils.set_random_seed(0)
    flat = keras.Sequential([keras.Input((3, 3, 1)), keras.layers.Flatten(), keras.layers.Dense(4)])
    model = tfface.FaceModel(flat, tfface.layers.CosineHead(4))
    model.compile(keras.optimizers.SGD(0.1), loss=tfface.ArcFace(margin=0.1, scale=8.0))
    return model


def templates(embeddings):
    pooled = pool_templates(embeddings, np.arange(20) // 2)
    first, second = np.triu_indices(10, 1)
    return template_verification(pooled, first, second, LABELS[2 * first] == LABELS[2 * second], far=[0.1])


def test_figures_of_any_protocol_reach_logs_and_run(tmp_path):
    trained = model()
    watch = Verification(Protocol(PIXELS, lambda found: retrieval(found, LABELS), standardize), name="orl")
    other = Verification(Protocol(IMAGES, templates), name="ijb", flip=False, every_steps=4, every=2)
    with NeptuneCallback(directory=tmp_path) as tracker:
        fitted = trained.fit(IMAGES, LABELS, batch_size=5, epochs=2, verbose=0, callbacks=[watch, other, tracker])
    expected = retrieval(trained.embed(IMAGES) + trained.embed(IMAGES[:, :, ::-1]), LABELS)
    assert fitted.history["val_orl_map@r"][-1] == pytest.approx(watch.result.map_at_r)
    assert watch.result.queries == 20 and expected.queries == 20
    assert [step for step, _ in other.history] == [4, 8, 8]  # of 4 steps an epoch; the last epoch has its own
    assert fitted.history["val_ijb_tar@far=0.1"] == [
        other.history[0][1]["tar@far=0.1"],
        other.history[-1][1]["tar@far=0.1"],
    ]
    (run,) = read_runs(tmp_path)
    assert list(run.series["verification/orl/map@r"].steps) == [1, 2]
    assert list(run.series["verification/ijb/steps/auc"].steps) == [4, 8]
    assert run.series["verification/orl/p@1_low"].values[-1] < watch.result.precision_at_1 + 1e-9
    assert run.results["orl"]["map_at_r"] == watch.result.map_at_r
    assert "evaluation/ijb/curves" in run.files


def test_protocols_stay_what_they_say():
    with pytest.raises(ValueError, match="pairs: expected those of the images"):
        Verification(IMAGES)
    with pytest.raises(ValueError, match="pairs: expected those of the images"):
        Verification(Protocol(IMAGES, templates), PAIRS)
    with pytest.raises(ValueError, match="show_hardest: expected a protocol of pairs"):
        Verification(Protocol(IMAGES, templates), show_hardest=2)
    with pytest.raises(ValueError, match="flip: expected one of none, sum, concatenate"):
        Verification(IMAGES, PAIRS, flip="both")
    with pytest.raises(ValueError, match="every_steps: expected a whole number"):
        Verification(IMAGES, PAIRS, every_steps=0)
    with pytest.raises(ValueError, match="images: expected shape"):
        Protocol(IMAGES[0], templates)


@pytest.mark.parametrize(
    "metric", ["accuracy", "tar@far=0.001", "rank-1", "p@1", "map@r", "r-precision", "recall@8", "dir@far=0.01", "nmi"]
)
def test_where_figures_go(metric):
    assert series_of(f"val_a_b_{metric}", {}) == f"verification/a_b/{metric}"


def test_people_and_folds_of_pairs():
    folds = np.arange(len(PAIRS.same)) % 3
    protocol = PairsProtocol(IMAGES, PAIRS, folds, labels=LABELS)
    embeddings = RNG.normal(size=(20, 4))
    result = protocol.judge(embeddings)
    expected = verification(embeddings[PAIRS.first], embeddings[PAIRS.second], PAIRS.same, folds)
    assert result.accuracy == expected.accuracy and len(result.thresholds) == 3
    assert result.intervals()["auc"] != expected.intervals()["auc"]


class Seen(keras.layers.Layer):
    """Keeps how many images each replica was given."""

    def __init__(self, seen):
        super().__init__()
        self.note = seen.append  # Keras would copy a list

    def call(self, images):
        def note(count, replica):
            self.note((int(replica), int(count)))
            return np.int32(0)

        context = tf.distribute.get_replica_context()
        replica = context.replica_id_in_sync_group if context else 0
        done = tf.numpy_function(note, [tf.shape(images)[0], replica], tf.int32)
        with tf.control_dependencies([done]):
            return tf.identity(images)


def test_replicas_share_the_images(mirrored):
    seen = []

    def build():
        keras.utils.set_random_seed(0)
        images = keras.Input((3, 3, 1))
        backbone = keras.Model(images, keras.layers.Dense(4)(keras.layers.Flatten()(Seen(seen)(images))))
        built = tfface.FaceModel(backbone, tfface.layers.CosineHead(4))
        built.compile(keras.optimizers.SGD(0.0), loss=tfface.ArcFace(margin=0.1, scale=8.0))
        return built

    alone = Verification(IMAGES, PAIRS, flip=False)
    build().fit(IMAGES, LABELS, batch_size=20, verbose=0, callbacks=[alone])
    with mirrored.scope():
        shared = build()
    watch = Verification(IMAGES, PAIRS, flip=False, batch_size=8)
    shared.fit(IMAGES, LABELS, batch_size=20, verbose=0, callbacks=[watch])
    seen.clear()
    watch.evaluate()
    counts = [sum(count for replica, count in seen if replica == which) for which in (0, 1)]
    assert sum(counts) == 20 and min(counts) >= 8
    np.testing.assert_allclose(watch.result.pairs.distances, alone.result.pairs.distances, atol=1e-5)


def test_results_say_what_they_were_measured_on():
    images = np.random.default_rng(0).normal(size=(12, 4, 4, 1)).astype("float32")
    labels = np.repeat(np.arange(4), 3)
    pairs = verification_pairs(labels)
    model = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])
    first = Verification(images, pairs, folds=3, flip=True)
    first.set_model(model)
    one = first.evaluate().fingerprint
    assert one == first.evaluate().fingerprint and all(one.to_dict()[part] for part in ("data", "protocol", "model"))
    model.layers[-1].bias.assign([1.0, 2.0, 3.0])
    other = first.evaluate().fingerprint
    assert one.differences(other) == {} and one.model != other.model
    for changed, what in (
        (Verification(images[::-1], pairs, folds=3), "data"),
        (Verification(images, pairs, folds=4), "protocol"),
        (Verification(images, pairs, folds=3, flip="concatenate"), "flip"),
        (Verification(images, pairs, folds=3, shift=1), "flip"),
        (Verification(Protocol(images, lambda embeddings: retrieval(embeddings, labels))), "protocol"),
    ):
        changed.set_model(model)
        assert one.differences(changed.evaluate().fingerprint).keys() == {what}
    function = Verification(images, pairs, folds=3, embedder=lambda batch: batch.reshape(len(batch), -1))
    assert function.evaluate().fingerprint.model == ""
