"""Weights of PyTorch: what does not fit is named, what is not safe is refused, and the command writes a Keras model."""

import os
import pickle
import sys

import numpy as np
import pytest
from tensorflow import keras

from tfface.cli import main
from tfface.models import backbones, from_pytorch
from tfface.models.pytorch.assign import assign, shapes
from tfface.models.pytorch.names import ALL
from tfface.models.pytorch.read import read_tensors

NETWORK = {"input_shape": (32, 32, 3), "blocks": (1, 1, 0, 0), "scale": 1}


class Shell:
    def __reduce__(self):
        return os.system, ("echo hostile",)


@pytest.fixture(scope="module")
def model():
    return backbones.mobilefacenet(embedding_size=6, **NETWORK)


@pytest.fixture
def tensors(model):
    """Those of the network, by their names in PyTorch."""
    return {name: np.full(shape, 0.5, np.float32) for name, shape in shapes(model, ALL["mobilefacenet"]).items()}


def test_what_does_not_fit_is_named(model, tensors):
    for block in range(7):
        tensors[f"fc.{block}"] = tensors["layers.0.layers.0.weight"]
    tensors["conv_sep.layers.0.weight"] = np.zeros((3, 2), np.float32)
    del tensors["layers.0.layers.2.weight"]
    before = model.get_weights()
    with pytest.raises(ValueError) as error:
        assign(model, ALL["mobilefacenet"], tensors, "w.pth")
    assert str(error.value) == (
        "w.pth: does not fit mobilefacenet; missing: layers.0.layers.2.weight; not expected: fc.0, fc.1, fc.2, fc.3, "
        "fc.4, fc.5 and 1 more; of another shape: conv_sep.layers.0.weight (3, 2) instead of (512, 128, 1, 1)"
    )
    for weight, former in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, former)


def test_an_unknown_backbone():
    with pytest.raises(ValueError, match=r"backbone: expected one of 'iresnet18', .* received 'vit_tiny'"):
        from_pytorch("none.pth", "vit_tiny")


def test_the_size_of_the_embeddings_comes_from_the_file(tensors, monkeypatch):
    monkeypatch.setattr("tfface.models.pytorch.read_tensors", lambda path: tensors)
    loaded = from_pytorch("w.pth", "mobilefacenet", **NETWORK)
    assert loaded.output_shape == (None, 6)
    assert {value for weight in loaded.get_weights() for value in np.unique(weight)} == {0.5}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["w.pth", "--backbone", "iresnet18", "--to", "m.h5"], "--to: expected a name that ends in .keras, got 'm.h5'"),
        (["w.pth", "--backbone", "resnet18", "--to", "m.keras"], "backbone: expected one of 'iresnet18'"),
    ],
)
def test_mistakes_on_the_command_line(words, told, capsys):
    assert main(["convert", *words]) == 2
    assert capsys.readouterr().err.startswith(f"tfface: {told}")


def test_without_pytorch_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=r'torch is not installed: pip install "tfface\[torch\]"'):
        read_tensors("w.pth")


class TestWithSafetensors:
    """Needs the extra `torch`."""

    def test_the_same_tensors(self, tensors, tmp_path):
        library = pytest.importorskip("safetensors.numpy")
        halves = {f"module.{name}": tensor.astype(np.float16) for name, tensor in tensors.items()}
        library.save_file(halves | {"layers.0.num_batches_tracked": np.zeros(1, np.int64)}, tmp_path / "w.safetensors")
        found = read_tensors(tmp_path / "w.safetensors")
        assert found.keys() == tensors.keys() and {tensor.dtype.name for tensor in found.values()} == {"float32"}
        assert from_pytorch(tmp_path / "w.safetensors", "mobilefacenet", **NETWORK).output_shape == (None, 6)

    def test_a_broken_file(self, tmp_path):
        pytest.importorskip("safetensors")
        (tmp_path / "w.safetensors").write_bytes(b"no tensors")
        with pytest.raises(ValueError, match=r"w\.safetensors: expected a file of safetensors, cannot read it"):
            read_tensors(tmp_path / "w.safetensors")


class TestWithPytorch:
    """Needs the extra `torch`."""

    @pytest.fixture
    def save(self, tmp_path):
        torch = pytest.importorskip("torch")

        def save(content):
            torch.save(content, tmp_path / "w.pth")
            return tmp_path / "w.pth"

        return save

    def test_a_state_dict_as_trainings_keep_it(self, save, tensors):
        torch = pytest.importorskip("torch")
        content = {f"module.{name}": torch.tensor(tensor).half() for name, tensor in tensors.items()}
        content["module.layers.0.layers.1.num_batches_tracked"] = torch.tensor(3)
        found = read_tensors(save({"epoch": 1, "state_dict_backbone": content}))
        assert found.keys() == tensors.keys()
        assert {tensor.dtype.name for tensor in found.values()} == {"float32"}

    def test_what_is_no_state_dict(self, save):
        with pytest.raises(ValueError, match=r"w.pth: expected a state dict, tensors by name, got list"):
            read_tensors(save([1, 2]))

    def test_a_hostile_pickle_is_refused(self, save, tmp_path, capfd):
        with pytest.raises(ValueError, match=r"w.pth: refused, as it holds more than tensors"):
            read_tensors(save({"weight": Shell()}))
        (tmp_path / "old.pth").write_bytes(pickle.dumps({"weight": Shell()}))
        with pytest.raises(ValueError, match=r"old.pth: "):
            read_tensors(tmp_path / "old.pth")
        assert "hostile" not in capfd.readouterr().out

    @pytest.mark.parametrize("content", [b"", b"PK\3\4 torn", b"no file of PyTorch"])
    def test_a_broken_file(self, tmp_path, content):
        pytest.importorskip("torch")
        (tmp_path / "w.pth").write_bytes(content)
        with pytest.raises(ValueError, match=r"w.pth: "):
            read_tensors(tmp_path / "w.pth")

    def test_the_command(self, save, tmp_path, capsys):
        torch = pytest.importorskip("torch")
        network = backbones.iresnet18(embedding_size=4)
        path = save({name: torch.full(shape, 0.01) for name, shape in shapes(network, ALL["iresnet18"]).items()})
        to = tmp_path / "models" / "m.keras"
        assert main(["convert", str(path), "--backbone", "iresnet18", "--to", str(to)]) == 0
        assert "iresnet18, 11," in capsys.readouterr().out
        assert keras.models.load_model(to).output_shape == (None, 4)
