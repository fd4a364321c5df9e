"""A small world of faces on the disk, and a model, for commands that judge and embed."""

import numpy as np
import pytest
from PIL import Image
from tensorflow import keras

import tfface
from tfface.cli import main
from tfface.serving import Embedder

SIZE, PEOPLE, PHOTOS = 12, 8, 4


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Eight people in LFW's layout, lists of pairs of both layouts, a verification set of InsightFace, and a model."""
    root = tmp_path_factory.mktemp("world")
    random = np.random.default_rng(0)
    names = [f"Person_{chr(65 + number)}" for number in range(PEOPLE)]
    for name in names:
        (root / "lfw" / name).mkdir(parents=True)
        look = random.integers(0, 206, (SIZE, SIZE, 3))
        for photo in range(1, PHOTOS + 1):
            pixels = (look + random.integers(0, 50, look.shape)).astype(np.uint8)
            Image.fromarray(pixels).save(root / "lfw" / name / f"{name}_{photo:04d}.png")
    same = [f"{name} {first} {first + 1}" for name in names for first in (1, 3)]
    other = [
        f"{name} {1 + i % 4} {names[(i + step) % PEOPLE]} {step}" for i, name in enumerate(names) for step in (1, 2)
    ]
    folds = [[*same[8 * fold : 8 * fold + 8], *other[8 * fold : 8 * fold + 8]] for fold in range(2)]
    (root / "pairs.txt").write_text("\n".join(["2\t8", *("\t".join(line.split()) for fold in folds for line in fold)]))
    paths = [f"{name}/{name}_{one:04d}.png {name}/{name}_{one + 1:04d}.png 1" for name in names for one in (1, 3)]
    paths += [f"{a}/{a}_0001.png {b}/{b}_0002.png 0" for a, b in zip(names, [*names[1:], names[0]], strict=True)] * 2
    (root / "agedb.txt").write_text("\n".join(paths[i // 2 + 16 * (i % 2)] for i in range(32)))
    faces = tfface.data.lfw(root / "lfw", root / "pairs.txt")
    tfface.data.write_bin(faces, root / "lfw.bin")
    layers = [keras.Input((SIZE, SIZE, 3)), keras.layers.Flatten(), keras.layers.Dense(16, use_bias=False)]
    backbone = keras.Sequential(layers)
    backbone.layers[-1].set_weights([random.normal(size=(3 * SIZE * SIZE, 16))])
    tfface.FaceModel(backbone, tfface.layers.CosineHead(4)).save(root / "model.keras")
    keras.Sequential([*layers, tfface.layers.CosineHead(4)]).save(root / "head.keras")
    return root


@pytest.fixture(scope="module")
def embedder(world):
    return Embedder(world / "model.keras")


@pytest.fixture
def tfface_command(world, tmp_path, monkeypatch, capsys):
    """`tfface_command("evaluate", …)`: the exit code, what was printed, and the last line of stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = main([str(word) for word in words])
        printed = capsys.readouterr()
        return code, printed.out, (printed.err.splitlines() or [""])[-1]

    return run
