"""What every loss of the registry promises: configs, names, reductions, weights, label shapes."""

import inspect

import numpy as np
import pytest
from cases import BATCH, CASES, CLASS_CASES, CLASSES, STATELESS, STATELESS_LABELLED, batch, make, one_of_each
from cases_two_view import views
from evaluate import called_with
from tensorflow import keras

import tfface
from tfface._compat import deserialize, serialize
from tfface.losses._base import arguments_of


def test_every_registered_loss_has_a_certified_case():
    certified = {type(case.loss) for case in CASES}
    assert {row.cls for row in tfface.losses.table()} <= certified


@pytest.mark.parametrize("case", CASES, ids=str)
def test_config_round_trip(case):
    config = case.loss.get_config()
    for name in arguments_of(type(case.loss)):
        value = getattr(case.loss, name)
        assert config[name] == (serialize(value) if hasattr(value, "get_config") else value)
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


@pytest.mark.parametrize("case", STATELESS_LABELLED, ids=str)
def test_label_shapes_and_types_agree(case):
    if getattr(case.loss, "pairs", "batch") == "given":
        return
    labels, scores = called_with(case)
    expected = case.loss.call(labels, scores).numpy()
    one_hot = np.eye(CLASSES, dtype="float32")[labels]
    for other in (labels[:, None], labels.astype("float32"), labels.astype("int64"), one_hot, one_hot.astype("int32")):
        np.testing.assert_array_equal(case.loss.call(other, scores).numpy(), expected)


@pytest.mark.parametrize("case", STATELESS, ids=str)
def test_reductions_and_sample_weights(case):
    y_true, y_pred = called_with(case)
    config = case.loss.get_config()

    def loss(reduction):
        return type(case.loss).from_config({**config, "reduction": reduction})

    each = loss("none")(y_true, y_pred).numpy()
    assert each.shape == (BATCH,)
    np.testing.assert_allclose(case.loss(y_true, y_pred), each.mean(), rtol=1e-5)
    np.testing.assert_allclose(loss("sum")(y_true, y_pred), each.sum(), rtol=1e-5)
    sample_weight = np.linspace(0, 2, BATCH).astype("float32")
    weighted = case.loss(y_true, y_pred, sample_weight=sample_weight)
    np.testing.assert_allclose(weighted, (each * sample_weight).mean(), rtol=1e-5)


@pytest.mark.parametrize("cls, zero", [("cosface", "normface"), ("arcface", "normface")])
def test_margin_zero_is_its_softmax(cls, zero):
    labels, scores = called_with(CLASS_CASES[1])
    without = tfface.losses.get(cls, margin=0.0, scale=30.0)(labels, scores)
    np.testing.assert_allclose(without, tfface.losses.get(zero, scale=30.0)(labels, scores), rtol=1e-6)


def test_ignored_labels_leave_the_mean_over_the_others():
    for case in STATELESS:
        if case.loss.kind == "class":
            labels, scores = called_with(case)
            ignored = np.where(np.arange(BATCH) < 4, labels, -1)
            np.testing.assert_allclose(
                case.loss(ignored, scores), case.loss(labels[:4], scores[:4]), rtol=1e-5, err_msg=case.name
            )


@pytest.mark.parametrize("case", one_of_each(STATELESS), ids=str)
def test_plain_keras_model_fits_saves_and_loads(case, tmp_path):
    keras.utils.set_random_seed(0)
    embeddings, _, targets = batch(size=24)
    inputs = keras.Input((embeddings.shape[1],))
    outputs = keras.layers.Dense(8)(inputs)
    if case.loss.kind == "class":
        head = tfface.layers.LinearHead if case.loss.inputs == "dot" else tfface.layers.CosineHead
        outputs = head(CLASSES)(outputs)
    if case.loss.kind == "two_view":
        targets = views(case.loss, size=24)[0]
        outputs = keras.layers.Reshape(targets.shape[1:])(keras.layers.Dense(targets[0].size)(outputs))
    model = keras.Model(inputs, outputs)
    model.compile("sgd", loss=case.loss)
    model.fit(embeddings, targets, batch_size=12, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert again.loss.get_config() == case.loss.get_config()
    np.testing.assert_array_equal(*(np.asarray(m(embeddings)) for m in (model, again)))
