"""A tiny training that has everything: five people to train on, three kept, random layers, a schedule."""

import io
import zipfile

import h5py
import pytest


@pytest.fixture
def tiny(faces, tmp_path):
    """A recipe as a dictionary; `tiny(output, key=value, …)` replaces its values."""

    def tiny(output="out", **changes):
        return {
            "data": {"source": {"name": "folder", "path": str(faces)}, "train_identities": 5},
            "backbone": {"name": "small_cnn", "embedding_size": 8, "widths": [4]},
            "loss": "arcface",
            "optimizer": {"name": "adam", "learning_rate": 0.01},
            "batch": 10,
            "evaluation": {"folds": 3},
            "tracking": {"directory": str(tmp_path / "runs")},
            "epochs": 2,
            "output": str(tmp_path / output),
            **changes,
        }

    return tiny


@pytest.fixture(scope="session")
def saved():
    """`saved(path)`: every array in a saved model, by name: weights, states of losses, slots, whoever keeps them."""

    def saved(path):
        with zipfile.ZipFile(path) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
            found = {}
            file.visititems(lambda name, item: found.update({name: item[()]} if isinstance(item, h5py.Dataset) else {}))
            return found

    return saved
