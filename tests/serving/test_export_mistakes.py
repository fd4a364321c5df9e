"""Exports that cannot be: one line that says why, and nothing left on the disk."""

import sys

import numpy as np
import pytest
from PIL import Image
from tensorflow import keras

import tfface
from tfface.cli import main
from tfface.serving import export, open_export


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.keras"
    inputs = keras.Input((6, 5, 1))
    keras.Model(inputs, keras.layers.Dense(4)(keras.layers.Flatten()(inputs))).save(path)
    return path


@pytest.fixture
def faces(tmp_path):
    folder = tmp_path / "faces"
    folder.mkdir()
    for number, pixels in enumerate(np.random.default_rng(0).integers(0, 256, (8, 6, 5), dtype=np.uint8)):
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def refused(words, capsys):
    assert main(["export", *map(str, words)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1, error
    return error


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--to", "tflight"], "unknown format 'tflight', did you mean 'tflite'?"),
        (["--to", "savedmodel", "--quantize", "int8"], "quantize: got 'int8', but savedmodel has none; tflite has"),
        (["--to", "tflite", "--quantize", "int4"], "quantize: got 'int4', but tflite has float16 and int8"),
        (["--to", "tflite", "--quantize", "int8"], "images: expected a folder of photographs (--images)"),
        (["--to", "tflite", "--images", "nowhere"], "nowhere: expected a folder"),
        (["--to", "tflite", "--output", "m.onnx"], "output: expected a name that ends in .tflite, got m.onnx"),
        (["--to", "savedmodel", "--output", "m.tflite"], "output: expected the name of a folder, got m.tflite"),
        (["--to", "tflite", "--output", "nowhere/m.tflite"], "output: no folder nowhere"),
    ],
)
def test_wrong_words(words, line, model, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    before = sorted(model.parent.iterdir())
    assert line in refused([model, *words], capsys)
    assert sorted(model.parent.iterdir()) == before and not list(tmp_path.iterdir())


def test_no_model(tmp_path, capsys):
    assert "gone.keras: no such file" in refused([tmp_path / "gone.keras", "--to", "tflite"], capsys)
    (tmp_path / "text.keras").write_text("no model")
    assert "not a model that can be loaded" in refused([tmp_path / "text.keras", "--to", "tflite"], capsys)


def test_a_model_that_ends_in_classes(tmp_path, capsys):
    inputs = keras.Input((6, 5, 1))
    scores = tfface.layers.CosineHead(3)(keras.layers.Dense(4)(keras.layers.Flatten()(inputs)))
    keras.Model(inputs, scores).save(tmp_path / "scores.keras")
    assert "expected a model that gives embeddings" in refused([tmp_path / "scores.keras", "--to", "tflite"], capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["scores.keras"]


@pytest.mark.parametrize("name", ["m.tflite", "m.tflite.md"])
def test_nothing_is_overwritten(name, model, tmp_path, capsys):
    (tmp_path / name).write_text("mine")
    words = [model, "--to", "tflite", "--output", tmp_path / "m.tflite"]
    assert f"{name} is there already" in refused(words, capsys)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_photographs_that_are_none(model, faces, tmp_path, capsys):
    words = [model, "--to", "tflite", "--output", tmp_path / "m.tflite", "--images", faces]
    (faces / "3.png").write_bytes(b"")
    assert "3.png: the file is empty" in refused(words, capsys)
    for file in list(faces.iterdir())[1:]:
        file.unlink()
    next(faces.iterdir()).unlink()
    assert "has no photographs" in refused(words, capsys)


def test_one_photograph_is_too_few_for_int8(model, faces, tmp_path):
    for file in sorted(faces.iterdir())[1:]:
        file.unlink()
    with pytest.raises(ValueError, match="at least 2 photographs"):
        export(model, "tflite", tmp_path / "m.tflite", "int8", faces)


def test_an_export_that_differs_is_refused(faces, tmp_path, capsys):
    """A layer with one huge value that the next one leaves out: 8 bits for it leave none for the others."""
    inputs = keras.Input((6, 5, 1))
    hidden = keras.layers.Dense(5)
    made = keras.Model(inputs, keras.layers.Dense(4)(hidden(keras.layers.Flatten()(inputs))))
    kernel, bias = hidden.get_weights()
    kernel[:, 4] *= 1e4
    hidden.set_weights([kernel, bias])
    last = made.layers[-1]
    last.set_weights([np.vstack([last.get_weights()[0][:4], np.zeros((1, 4))]), last.get_weights()[1]])
    made.save(tmp_path / "model.keras")
    error = refused([tmp_path / "model.keras", "--to", "tflite", "--quantize", "int8", "--images", faces], capsys)
    assert "model-int8.tflite: not written, since it gives other embeddings" in error and "(bound 0.99)" in error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faces", "model.keras"]


def test_a_diverged_model_is_told_as_such(faces, tmp_path):
    inputs = keras.Input((6, 5, 1))
    made = keras.Model(inputs, keras.layers.Dense(4)(keras.layers.Flatten()(inputs)))
    made.set_weights([weight * np.nan for weight in made.get_weights()])
    made.save(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="embeddings that are not finite"):
        export(tmp_path / "model.keras", "savedmodel", images=faces)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faces", "model.keras"]


@pytest.mark.parametrize(
    ("step", "line"),
    [("write", "keras: cannot be written as savedmodel"), ("read", "out: not written, since it")],
)
def test_what_a_format_cannot_express_or_run(step, line, faces, tmp_path, model, monkeypatch, capsys):
    from tfface.serving.exporting import savedmodel

    def fail(*_, **__):
        raise RuntimeError("op Foo\nand a long story")

    monkeypatch.setattr(savedmodel, step, fail)
    error = refused([model, "--to", "savedmodel", "--output", tmp_path / "out", "--images", faces], capsys)
    assert line in error and error.endswith(": op Foo\n")
    assert [path.name for path in tmp_path.iterdir()] == ["faces"]


@pytest.mark.parametrize("package", ["onnx", "tf2onnx", "onnxruntime"])
def test_a_missing_package_names_the_extra(package, model, tmp_path, monkeypatch):
    for name in ("onnx", "tf2onnx", "onnxruntime"):
        monkeypatch.setitem(sys.modules, name, None if name == package else sys)
    with pytest.raises(ImportError, match=rf'{package} is not installed: pip install "tfface\[onnx\]"'):
        export(model, "onnx", tmp_path / "m.onnx")


def test_what_is_no_export_cannot_be_opened(model, tmp_path):
    for path in (tmp_path / "gone.onnx", tmp_path, model):
        with pytest.raises(ValueError, match=r"expected a \.tflite file, an \.onnx file or the folder of a SavedModel"):
            open_export(path)
