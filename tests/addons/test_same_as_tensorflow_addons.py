"""The drop-ins against tensorflow-addons: its recorded answers, and on its own stack the library itself."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest
import record_tensorflow_addons as recorded
from tensorflow import keras

from tfface import addons

ORACLES = Path(recorded.__file__).parent
with np.load(ORACLES / "tensorflow_addons.npz") as archive:
    ANSWERS = dict(archive)
ENTRIES = [pytest.param(*entry, id=entry[0]) for entry in recorded.ENTRIES]
CLASSES = {
    "triplet_semihard_loss": addons.TripletSemiHardLoss,
    "triplet_hard_loss": addons.TripletHardLoss,
    "contrastive_loss": addons.ContrastiveLoss,
    "lifted_struct_loss": addons.LiftedStructLoss,
    "npairs_loss": addons.NpairsLoss,
    "npairs_multilabel_loss": addons.NpairsMultilabelLoss,
}


def same(values, expected):
    np.testing.assert_allclose(values, expected, rtol=1e-6, atol=1e-6 * max(1.0, np.abs(expected).max()))


@pytest.mark.parametrize("entry, name, arguments, y_true, y_pred", ENTRIES)
def test_recorded_values_and_gradients(entry, name, arguments, y_true, y_pred):
    given = ANSWERS[f"inputs/{y_true}"], ANSWERS[f"inputs/{y_pred}"]
    expected, expected_gradient = ANSWERS[f"{entry}/value"], ANSWERS[f"{entry}/d_{y_pred}"]
    value, gradient = recorded.value_and_gradient(getattr(addons, name), arguments, *given)
    same(value, expected)
    same(gradient, expected_gradient)
    arguments = {key: recorded.FUNCTIONS.get(argument, argument) for key, argument in arguments.items()}
    same(CLASSES[name](**arguments)(*given), expected.mean())


@pytest.mark.parametrize(
    "name, labels",
    [
        ("triplet_semihard_loss", "distinct_labels"),
        ("lifted_struct_loss", "distinct_labels"),
        ("lifted_struct_loss", "one_label"),
    ],
)
def test_where_tensorflow_addons_has_nan_there_is_no_loss(name, labels):
    given = ANSWERS[f"inputs/{labels}"], ANSWERS["inputs/embeddings"]
    value, gradient = recorded.value_and_gradient(getattr(addons, name), {}, *given)
    assert value == 0.0 and np.all(gradient == 0.0)


def test_a_model_saved_with_tensorflow_addons_loads():
    model = keras.models.load_model(ORACLES / "tensorflow_addons.h5", custom_objects=addons.CUSTOM_OBJECTS)
    expected = addons.TripletHardLoss(margin=0.4, soft=True, distance_metric="angular")
    x, y = np.array([[1.0, 0.0], [0.5, 0.1], [0.0, 1.0]], "float32"), np.array([0, 0, 1])
    np.testing.assert_allclose(model.evaluate(x, y, verbose=0), expected(y, model(x)), rtol=1e-6)


@pytest.fixture(scope="module")
def tfa():
    return pytest.importorskip("tensorflow_addons", reason="lives on TensorFlow 2.15 only").losses


def arguments_of(callable_):
    parameters = inspect.signature(callable_).parameters.values()
    return [
        (parameter.name, parameter.default) for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD
    ]


@pytest.mark.parametrize("name", CLASSES)
def test_its_signatures(name, tfa):
    assert arguments_of(getattr(addons, name)) == arguments_of(getattr(tfa, name).python_function)
    cls = CLASSES[name]
    assert arguments_of(cls) == arguments_of(getattr(tfa, cls.__name__))


@pytest.mark.parametrize("name", CLASSES)
def test_its_values_and_gradients_now(name, tfa):
    random = np.random.default_rng(3)
    for _ in range(5):
        embeddings, y_true = random.normal(size=(48, 16)).astype("float32"), random.integers(0, 9, 48)
        y_pred = embeddings
        if name == "contrastive_loss":
            y_true, y_pred = y_true % 2, np.abs(embeddings[:, 0])
        elif name.startswith("npairs"):
            y_pred = embeddings @ embeddings.T / 8.0
            y_true = np.eye(9, dtype=int)[y_true] | random.integers(0, 2, (48, 9)) if "multi" in name else y_true
        value, gradient = recorded.value_and_gradient(getattr(addons, name), {}, y_true, y_pred)
        expected, expected_gradient = recorded.value_and_gradient(getattr(tfa, name), {}, y_true, y_pred)
        same(value, expected)
        same(gradient, expected_gradient)


def test_the_guide_keeps_its_promise(tfa):
    """Its first two blocks of code, before and after, train alike."""
    page = (ORACLES.parents[1] / "docs" / "from-tensorflow-addons.md").read_text(encoding="utf-8")
    before, after = re.findall(r"^```py(?:thon)?\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[:2]
    histories = []
    for code in (before, after):
        namespace = {}
        exec(code, namespace)
        histories.append(namespace["history"])
    assert "tensorflow_addons" in before and "tensorflow_addons" not in after
    np.testing.assert_allclose(*histories, rtol=1e-5)
    assert histories[0][0] != histories[0][-1]
