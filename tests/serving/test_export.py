"""Exports are the model: run by the runtimes they are for, with pixels as a camera gives them."""

import numpy as np
import pytest
from PIL import Image
from tensorflow import keras

import tfface
from tfface.serving import export, open_export
from tfface.serving.exporting.agreement import agreement
from tfface.serving.exporting.sample import sample

HEIGHT, WIDTH, SIZE = 20, 16, 32


def backbone(*first):
    layers = [
        *first,
        keras.layers.Conv2D(16, 3, strides=2, use_bias=False),
        keras.layers.BatchNormalization(),
        keras.layers.PReLU(shared_axes=[1, 2]),
        keras.layers.Flatten(),
        keras.layers.Dense(SIZE),
    ]
    return keras.Sequential([keras.Input((HEIGHT, WIDTH, 3)), *layers])


@pytest.fixture(scope="module")
def photographs():
    """Faces, as far as 8 bits are concerned: some bright, some dark, smooth but for a little noise."""
    random = np.random.default_rng(0)
    coarse = random.uniform(0, 255, (24, 5, 4, 3)) * random.uniform(0.2, 1, (24, 1, 1, 1))
    return (
        (coarse.repeat(4, 1).repeat(4, 2) + random.uniform(0, 9, (24, HEIGHT, WIDTH, 3))).clip(0, 255).astype("uint8")
    )


@pytest.fixture(scope="module")
def folder(photographs, tmp_path_factory):
    root = tmp_path_factory.mktemp("photographs")
    for number, photograph in enumerate(photographs):
        person = root / f"p{number % 3}"
        person.mkdir(exist_ok=True)
        Image.fromarray(photograph).save(person / f"{number}.png")
    return root


@pytest.fixture(scope="module")
def saved(tmp_path_factory, photographs):
    """A trained `FaceModel` and its file."""
    keras.utils.set_random_seed(0)
    path = tmp_path_factory.mktemp("model") / "model.keras"
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(3))
    model.compile("adam", loss=tfface.ArcFace())
    model.fit(tfface.data.training_batches(photographs, np.arange(24) % 3, 12), epochs=3, verbose=0)
    model.save(path)
    return model, path


def cosines(ones, others):
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (ones, others)]
    return (unit[0] * unit[1]).sum(axis=1)


FORMATS = [("savedmodel", None), ("tflite", None), ("tflite", "float16"), ("tflite", "int8"), ("onnx", None)]


@pytest.mark.parametrize(("to", "quantize"), FORMATS)
def test_an_export_gives_the_embeddings_of_its_model(to, quantize, saved, folder, photographs, tmp_path):
    if to == "onnx":
        pytest.importorskip("onnxruntime")
        pytest.importorskip("tf2onnx")
    model, path = saved
    exported = export(path, to, tmp_path / f"e{tfface.serving.exporting.formats.SUFFIXES[to]}", quantize, folder)
    expected = model.embed(tfface.data.standardize(photographs), normalize=False)
    run = open_export(exported.path)
    for few in (1, 5, 24):
        made = run(photographs[:few])
        assert made.dtype == np.float32 and made.shape == (few, SIZE)
        if quantize is None:
            np.testing.assert_allclose(made, expected[:few], rtol=1e-4, atol=1e-4)
        assert cosines(made, expected[:few]).min() >= (0.99 if quantize == "int8" else 0.9999)
    told = exported.agreement
    compared = photographs[[*range(1, 24, 2)]] if quantize == "int8" else photographs
    assert told.images == len(compared) and told.smallest <= told.mean <= 1 + 1e-9
    assert {path.name for path in tmp_path.iterdir()} == {exported.path.name, f"{exported.path.name}.md"}


def test_a_model_that_tells_nobody_apart_is_told():
    random = np.random.default_rng(0)
    apart, close = random.normal(size=(20, 8)), 1e-3 * random.normal(size=(20, 8)) + np.eye(8)[0]
    for embeddings, said in ((apart, False), (close, True), (close[:1], False)):
        found = agreement(embeddings, embeddings, None)
        assert found.close and ("says little" in str(found)) == said
    directions = apart / np.linalg.norm(apart, axis=1, keepdims=True)
    between = (directions @ directions.T)[~np.eye(20, dtype=bool)]
    assert agreement(apart, 2 * apart, "int8").alike == pytest.approx(between.mean())


def test_sizes_shrink_with_the_numbers(tmp_path, folder):
    # Here most of the file are weights.
    inputs = keras.Input((HEIGHT, WIDTH, 3))
    wide = keras.layers.Dense(64)(keras.layers.Flatten()(inputs))
    keras.Model(inputs, keras.layers.Dense(SIZE)(wide)).save(tmp_path / "wide.keras")
    kinds = (None, "float16", "int8")
    sizes = [export(tmp_path / "wide.keras", "tflite", quantize=kind, images=folder).megabytes for kind in kinds]
    assert sizes[1] < 0.6 * sizes[0] and sizes[2] < 0.35 * sizes[0]


def test_int8_convolves_in_integers_and_activates_in_floats(saved, folder, tmp_path):
    import tensorflow as tf

    export(saved[1], "tflite", tmp_path / "m.tflite", "int8", folder)
    interpreter = tf.lite.Interpreter(str(tmp_path / "m.tflite"))
    interpreter.allocate_tensors()
    types = {detail["index"]: detail["dtype"] for detail in interpreter.get_tensor_details()}
    inputs = {operation["op_name"]: types[operation["inputs"][0]] for operation in interpreter._get_ops_details()}
    assert inputs["CONV_2D"] == inputs["FULLY_CONNECTED"] == np.int8 and inputs["PRELU"] == np.float32
    assert interpreter.get_input_details()[0]["dtype"] == np.uint8


def test_int8_keeps_dark_photographs_where_each_is_normalised(folder, photographs, tmp_path):
    keras.utils.set_random_seed(0)
    model = backbone(keras.layers.LayerNormalization(axis=[1, 2, 3], center=False, scale=False))
    model.save(tmp_path / "model.keras")
    dark = photographs // 12  # 8 bits for the variance of the brightest would leave these none
    exported = export(tmp_path / "model.keras", "tflite", quantize="int8", images=folder)
    expected = model.predict(tfface.data.standardize(dark), verbose=0)
    assert cosines(open_export(exported.path)(dark), expected).min() > 0.99


def test_embeddings_may_have_length_one(saved, folder, photographs, tmp_path):
    path = export(saved[1], "savedmodel", tmp_path / "unit", images=folder, normalize=True).path
    np.testing.assert_allclose(np.linalg.norm(open_export(path)(photographs), axis=1), 1, atol=1e-6)


def test_without_photographs_it_says_what_was_compared(saved, tmp_path, monkeypatch):
    def missing():
        raise ImportError

    monkeypatch.setattr("tfface.serving.exporting.sample.orl", missing)
    exported = export(saved[1], "savedmodel", tmp_path / "noise")
    assert exported.agreement.images == 64 and exported.compared_on.startswith("noise, no faces")


def test_photographs_are_found_behind_links(folder, tmp_path):
    (tmp_path / "faces").mkdir()
    (tmp_path / "faces" / "linked").symlink_to(folder, target_is_directory=True)
    assert np.array_equal(sample(tmp_path / "faces", (8, 8, 1)).pixels, sample(folder, (8, 8, 1)).pixels)
    (tmp_path / "faces" / "back").symlink_to(tmp_path / "faces", target_is_directory=True)
    assert np.array_equal(sample(tmp_path / "faces", (8, 8, 1)).pixels, sample(folder, (8, 8, 1)).pixels)
