"""Every margin in every head engine: at full sampling each equals the dense one, in losses, gradients and state."""

import inspect

import numpy as np
import pytest
import tensorflow as tf
from small_models import CLASSES, assert_same_weights, backbone, data
from tensorflow import keras

import tfface
from tfface import functional as F
from tfface._compat import native
from tfface.functional.margin import WEIGHT_NORM
from tfface.losses._base import arguments_of

SIZE, MANY = 6, 11
LOSSES = [
    row.cls(*(MANY for value in arguments_of(row.cls).values() if value is inspect.Parameter.empty))
    for row in tfface.losses.table()
    if row.kind == "class"
] + [
    tfface.ArcFace(label_smoothing=0.1, filter_above=0.6),
    tfface.SphereFace2(label_smoothing=0.1, filter_above=0.6),
    tfface.UniFace(bias="per_class"),
    tfface.AdaCos(dynamic=False),
    tfface.CurricularFace(scale=4.0),
]
ENGINES = {
    "chunked": {"engine": "chunked"},
    "partial": {"engine": "partial", "sample_rate": 1.0},
    "sharded": {"engine": "sharded"},
    "sharded partial": {"engine": "sharded", "sample_rate": 0.99},  # as classes they are all
}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr("tfface.layers.engines.chunked.CHUNK", 4)


def judged(loss, sub_centers=1, **engine):
    """Losses, new state and gradients of one training step, under seeded weights."""
    random = np.random.default_rng(0)
    if loss.inputs == "cosine":
        head = tfface.layers.CosineHead(MANY, sub_centers=sub_centers, **engine)
    else:
        head = tfface.layers.LinearHead(MANY, use_bias=WEIGHT_NORM not in loss.rule.needs, **engine)
    head.build((None, SIZE))
    for table in head.tables:
        table.assign(random.normal(size=table.shape))
    embeddings = tf.constant(random.normal(size=(7, SIZE)).astype("float32"))
    labels = tf.constant([0, 3, 3, 10, 7, -1, 4])
    specs = loss.state(F.Sizes(SIZE, MANY, MANY))
    state = {spec.name: tf.Variable(tf.fill(spec.shape, tf.constant(spec.initial, spec.dtype))) for spec in specs}
    taken = head.take(labels) if head.takes else None
    weights = list(taken.weights) if head.takes else list(map(native, head.tables))
    trained = [state[spec.name] for spec in specs if spec.trainable]

    with tf.GradientTape() as tape:
        tape.watch([embeddings, weights])
        found = head.supervise(embeddings, labels, loss, state, True, taken)
        value = tf.reduce_sum(found.losses * tf.range(1.0, 8.0))
    *others, gradients = tape.gradient(value, [embeddings, *trained, weights])
    if taken and taken.rows is not None:
        gradients = [tf.scatter_nd(taken.rows[:, tf.newaxis], g, g.shape) for g in gradients]
    return found.losses, found.state, found.scores, [tf.convert_to_tensor(g) for g in (*others, *gradients)]


def assert_alike(ours, expected):
    losses, state, _, gradients = ours
    np.testing.assert_allclose(losses, expected[0], rtol=1e-5, atol=1e-5)
    assert state.keys() == expected[1].keys()
    for name, value in state.items():
        np.testing.assert_allclose(value, expected[1][name], rtol=1e-5, err_msg=name)
    for one, other in zip(gradients, expected[3], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * np.abs(other).max())


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_engines_equal_the_dense_one(loss):
    expected = judged(loss)
    assert np.count_nonzero(expected[0]) == 6
    for engine in ENGINES.values():
        assert_alike(judged(loss, **engine), expected)


@pytest.mark.parametrize("engine", ENGINES)
def test_engines_take_sub_centers(engine):
    loss = tfface.SubCenterArcFace()
    assert_alike(judged(loss, 3, **ENGINES[engine]), judged(loss, 3))


def test_the_chunked_engine_shows_metrics_the_own_and_the_best_other_score():
    scores = judged(tfface.NormFace())[2].numpy()
    own, best = judged(tfface.NormFace(), engine="chunked")[2].numpy().T
    for i, label in enumerate([0, 3, 3, 10, 7]):
        assert own[i] == pytest.approx(scores[i, label], abs=1e-6)
        assert best[i] == pytest.approx(np.delete(scores[i], label).max(), abs=1e-6)


@pytest.mark.parametrize("jit_compile", [pytest.param(False, marks=pytest.mark.soak), True])
def test_a_chunked_model_learns_like_a_dense_one(jit_compile, tmp_path):
    images, labels = data()
    trained, accuracies = [], []
    for engine in ("dense", "chunked"):
        keras.utils.set_random_seed(3)
        model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES, engine=engine))
        model.compile(
            keras.optimizers.SGD(0.1, momentum=0.9),
            loss=tfface.CurricularFace(scale=8.0) + 0.1 * tfface.CenterLoss(CLASSES),
            metrics=["accuracy"],
            jit_compile=jit_compile,
        )
        history = model.fit(images, labels, epochs=3, verbose=0, shuffle=False).history
        accuracies.append(history["accuracy"])
        trained.append(model)
    assert_same_weights(*trained, tolerance=1e-4)
    np.testing.assert_allclose(*accuracies, atol=1e-6)
    trained[1].save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        again.evaluate(images, labels, verbose=0), trained[1].evaluate(images, labels, verbose=0)
    )
