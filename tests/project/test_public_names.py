"""Public names explain themselves: what they are, take, raise, and how to use them."""

import inspect
import re

import pytest
from package import PACKAGES, public_names

import tfface

PUBLIC = dict(public_names())
# In `functional` the formula is the documentation; records and bases are not made by users.
BASES = {"FaceLoss", "ClassLoss", "EmbeddingLoss", "TwoViewLoss", "RunLog", "Recipe", "Sweep", "TrainResult"}
LOSSES = sorted({row.cls for row in tfface.losses.table()}, key=lambda cls: cls.__name__)
WITHOUT_PAPER = {"Softmax"}


def is_record(value):
    return inspect.isclass(value) and (
        issubclass(value, tuple | BaseException) or hasattr(value, "__dataclass_fields__")
    )


USED = {
    name: value
    for name, value in PUBLIC.items()
    if not name.startswith("tfface.functional") and value.__name__ not in BASES and not is_record(value)
}


def maker(value):
    return value.__init__ if inspect.isclass(value) else value


def test_tfface_offers_its_packages_and_classes():
    assert {*PACKAGES, "ArcFace", "FaceModel", "__version__"} <= set(dir(tfface))
    for package in PACKAGES:
        assert inspect.ismodule(getattr(tfface, package))
    for loss in LOSSES:
        assert getattr(tfface, loss.__name__) is loss
    with pytest.raises(AttributeError, match="'tfface' has no attribute 'ArkFace'"):
        tfface.ArkFace  # noqa: B018


@pytest.mark.parametrize("name", PUBLIC)
def test_begins_with_one_sentence(name):
    first = (PUBLIC[name].__doc__ or "").strip().split("\n")[0]
    assert first.endswith((".", ":", ";")), first


@pytest.mark.parametrize("name", USED)
def test_says_what_it_takes_raises_and_how_to_use_it(name):
    value = USED[name]
    doc, source = inspect.getdoc(value), inspect.getsource(maker(value))
    takes = [key for key in inspect.signature(maker(value)).parameters if key not in ("self", "kwargs")]
    if takes:
        described = doc.partition("Args:")[2]
        missing = [key for key in takes if not re.search(rf"^ +(\w+, )*\*{{0,2}}{key}\b", described, re.MULTILINE)]
        assert not missing, f"not under Args: {missing}"
    if re.search(r"\braise \w|\b_check\.", source):
        assert "Raises:" in doc
    assert ">>> " in doc.partition("Example:")[2]


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_losses_give_formula_and_paper(loss):
    doc = inspect.getdoc(loss)
    assert re.search(r"`[^`]*=[^`]*`", doc), "a formula between backticks"
    if loss.__name__ not in WITHOUT_PAPER:
        assert re.search(r"Reference:\n +\S.*\b(19|20)\d\d\b", doc, re.DOTALL)


@pytest.mark.parametrize("name", [name for name, value in PUBLIC.items() if inspect.isclass(value)])
def test_public_methods_are_documented(name):
    cls = PUBLIC[name]
    inherited = {key for base in cls.__mro__[1:] for key in vars(base)}
    for key, member in vars(cls).items():
        if key.startswith("_") or key in inherited or not (inspect.isfunction(member) or isinstance(member, property)):
            continue
        assert member.__doc__, f"{name}.{key}"
