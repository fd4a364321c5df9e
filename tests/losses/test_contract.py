"""What every loss of the registry promises: configs, names, reductions, weights, label shapes, clear errors."""

import inspect

import numpy as np
import pytest
import tensorflow as tf
from cases import BATCH, CASES, CLASS_CASES, CLASSES, STATELESS, batch
from evaluate import scores_of
from tensorflow import keras

import tfface
from tfface._compat import deserialize, serialize
from tfface.losses._base import arguments_of

# Arguments without a default, for the tests that make every loss of the registry.
REQUIRED = {"num_classes": CLASSES}


def make(name, **changed):
    cls = next(row.cls for row in tfface.losses.table() if row.name == name)
    needed = {key: REQUIRED[key] for key, value in arguments_of(cls).items() if value is inspect.Parameter.empty}
    return tfface.losses.get(name, **needed, **changed)


def predictions(case, embeddings, weights):
    embeddings = tf.constant(embeddings, tf.float32)
    if case.loss.kind == "embedding":
        return embeddings
    return scores_of(case.loss, embeddings, tf.constant(weights, tf.float32))


def test_every_registered_loss_has_a_certified_case():
    certified = {type(case.loss) for case in CASES}
    assert {row.cls for row in tfface.losses.table()} <= certified


@pytest.mark.parametrize("case", CASES, ids=str)
def test_config_round_trip(case):
    config = case.loss.get_config()
    assert {name: config[name] for name in arguments_of(type(case.loss))} == {
        name: getattr(case.loss, name) for name in arguments_of(type(case.loss))
    }
    again = deserialize(serialize(case.loss))
    assert type(again) is type(case.loss)
    assert again.get_config() == config
    assert repr(again) == repr(case.loss)


@pytest.mark.parametrize("name", tfface.losses.names())
def test_registry_gives_a_documented_loss(name):
    row = next(row for row in tfface.losses.table() if row.name == name)
    loss = make(name)
    assert loss.name == row.cls.registry_name
    assert loss.kind == row.kind
    assert row.formula and "`" not in row.formula
    document = inspect.getdoc(row.cls)
    for section in ("Args:", "Raises:", "Example:"):
        assert section in document, section
    for argument in arguments_of(row.cls):
        assert f"    {argument}: " in document, argument
    assert getattr(tfface, row.cls.__name__) is row.cls


@pytest.mark.parametrize("case", STATELESS, ids=str)
def test_label_shapes_and_types_agree(case):
    if getattr(case.loss, "pairs", "batch") == "given":
        return
    embeddings, weights, labels = batch()
    scores = predictions(case, embeddings, weights)
    expected = case.loss.call(labels, scores).numpy()
    one_hot = np.eye(CLASSES, dtype="float32")[labels]
    for other in (labels[:, None], labels.astype("float32"), labels.astype("int64"), one_hot, one_hot.astype("int32")):
        np.testing.assert_array_equal(case.loss.call(other, scores).numpy(), expected)


@pytest.mark.parametrize("case", STATELESS, ids=str)
def test_reductions_and_sample_weights(case):
    embeddings, weights, labels = batch()
    scores = predictions(case, embeddings, weights)
    config = case.loss.get_config()

    def loss(reduction):
        return type(case.loss).from_config({**config, "reduction": reduction})

    each = loss("none")(labels, scores).numpy()
    assert each.shape == (BATCH,)
    np.testing.assert_allclose(case.loss(labels, scores), each.mean(), rtol=1e-5)
    np.testing.assert_allclose(loss("sum")(labels, scores), each.sum(), rtol=1e-5)
    sample_weight = np.linspace(0, 2, BATCH).astype("float32")
    weighted = case.loss(labels, scores, sample_weight=sample_weight)
    np.testing.assert_allclose(weighted, (each * sample_weight).mean(), rtol=1e-5)


@pytest.mark.parametrize("cls, zero", [("cosface", "normface"), ("arcface", "normface")])
def test_margin_zero_is_its_softmax(cls, zero):
    embeddings, weights, labels = batch()
    case = CLASS_CASES[1]
    scores = predictions(case, embeddings, weights)
    without = tfface.losses.get(cls, margin=0.0, scale=30.0)(labels, scores)
    np.testing.assert_allclose(without, tfface.losses.get(zero, scale=30.0)(labels, scores), rtol=1e-6)


def test_ignored_labels_leave_the_mean_over_the_others():
    embeddings, weights, labels = batch()
    for case in STATELESS:
        if case.loss.kind == "class":
            scores = predictions(case, embeddings, weights)
            ignored = np.where(np.arange(BATCH) < 4, labels, -1)
            np.testing.assert_allclose(
                case.loss(ignored, scores), case.loss(labels[:4], scores[:4]), rtol=1e-5, err_msg=case.name
            )


@pytest.mark.parametrize("case", STATELESS, ids=str)
def test_plain_keras_model_fits_saves_and_loads(case, tmp_path):
    keras.utils.set_random_seed(0)
    embeddings, _, labels = batch(size=24)
    inputs = keras.Input((embeddings.shape[1],))
    outputs = keras.layers.Dense(8)(inputs)
    if case.loss.kind == "class":
        head = tfface.layers.LinearHead if case.loss.inputs == "dot" else tfface.layers.CosineHead
        outputs = head(CLASSES)(outputs)
    model = keras.Model(inputs, outputs)
    model.compile("sgd", loss=case.loss)
    model.fit(embeddings, labels, batch_size=12, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    ours, theirs = (m.evaluate(embeddings, labels, batch_size=24, verbose=0) for m in (model, again))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


BAD_ARGUMENTS = [
    ("arcface", {"margin": -0.1}),
    ("arcface", {"margin": 4.0}),
    ("arcface", {"margin": float("nan")}),
    ("arcface", {"margin": "wide"}),
    ("arcface", {"scale": 0}),
    ("arcface", {"boundary": "soft"}),
    ("arcface", {"gradient": "wrong"}),
    ("arcface", {"label_smoothing": 1.0}),
    ("cosface", {"margin": 2.0}),
    ("sphereface", {"margin": 1.5}),
    ("adaface", {"momentum": 0.0}),
    ("center", {"alpha": 1.5}),
    ("contrastive", {"margin": 0.0}),
    ("contrastive", {"distance": "manhattan"}),
    ("triplet", {"mining": "hardest"}),
    ("triplet", {"margin": "soft", "mining": "semi-hard-all"}),
    ("triplet", {"margin": "soft", "form": "squared"}),
    ("triplet", {"mining": "distance-weighted", "distance": "cosine"}),
]


@pytest.mark.parametrize("name, bad", BAD_ARGUMENTS, ids=str)
def test_arguments_outside_their_domain_are_named(name, bad):
    with pytest.raises(ValueError) as error:
        make(name, **bad)
    value = next(iter(bad.values()))
    assert next(iter(bad)) in str(error.value) and "expected" in str(error.value)
    assert str(value) in str(error.value)


def test_unknown_names_and_arguments_are_helped():
    with pytest.raises(ValueError, match=r"'arcfase'.*did you mean arcface"):
        tfface.losses.get("arcfase")
    with pytest.raises(TypeError, match=r"unknown argument 'margn'; expected margin, scale"):
        tfface.losses.get("arcface", margn=0.5)
    with pytest.raises(TypeError, match=r"center.*num_classes.*missing"):
        tfface.losses.get("center")


def test_wrong_inputs_are_refused():
    cosines = np.zeros((3, 4), "float32")
    with pytest.raises(ValueError, match=r"class ids from 0 to 3.*received ids from 0 to 9"):
        tfface.ArcFace()(np.array([0, 1, 9]), cosines)
    with pytest.raises(ValueError, match=r"one-hot rows \(B, 4\).*\(3, 5\)"):
        tfface.ArcFace()(np.zeros((3, 5)), cosines)
    with pytest.raises(ValueError, match=r"cosines in \[-1, 1\].*up to 7"):
        tfface.ArcFace()(np.zeros(3), cosines + 7.0)
    with pytest.raises(ValueError, match=r"scores .*received shape"):
        tfface.ArcFace()(np.zeros(3), np.zeros((3,), "float32"))
    with pytest.raises(ValueError, match=r"embeddings \(B, D\), received shape"):
        tfface.TripletLoss()(np.zeros(3), np.zeros((3, 2, 2), "float32"))
    with pytest.raises(ValueError, match=r"triplets of embeddings \(B, 3, D\)"):
        tfface.TripletLoss(mining="none")(np.zeros(3), np.zeros((3, 2), "float32"))


@pytest.mark.parametrize("loss", [tfface.SphereFace(), tfface.AdaFace(), tfface.CenterLoss(CLASSES)], ids=repr)
def test_losses_that_need_a_face_model_say_what_to_write(loss):
    with pytest.raises(ValueError, match=r"(?s)write instead:.*tfface.FaceModel\(.*model.compile\("):
        loss(np.zeros(3), np.zeros((3, CLASSES), "float32"))


def test_labels_out_of_range_stop_a_fit():
    model = keras.Sequential([keras.Input((3,)), tfface.layers.CosineHead(4)])
    model.compile("sgd", loss=tfface.ArcFace())
    with pytest.raises(tf.errors.InvalidArgumentError, match="expected class ids from 0 to 3"):
        model.fit(np.ones((2, 3)), np.array([0, 4]), verbose=0)
