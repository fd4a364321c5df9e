"""From photographs to names: the model of a gallery, enrolment, thresholds, and the commands."""

import re

import numpy as np
import pytest
from tensorflow import keras

import tfface
from tfface.cli import main
from tfface.serving import Embedder, Gallery, cosine, enroll, open_or_create, photographs

SIZE = 12


def pgm(pixels):
    return f"P5 {SIZE} {SIZE} 255\n".encode() + pixels.astype(np.uint8).tobytes()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A model, four people to enrol and thirty others, whose photographs differ from each other by little."""
    root = tmp_path_factory.mktemp("world")
    random = np.random.default_rng(0)
    for group, people in {"staff": 4, "others": 30}.items():
        for person in range(people):
            folder = root / group / f"{group}{person}"
            folder.mkdir(parents=True)
            look = random.integers(0, 236, (SIZE, SIZE))
            for photo in range(3):
                (folder / f"{photo}.pgm").write_bytes(pgm(look + random.integers(0, 20, look.shape)))
    layers = [keras.Input((SIZE, SIZE, 1)), keras.layers.Flatten(), keras.layers.Dense(16, use_bias=False)]
    backbone = keras.Sequential(layers)
    tfface.FaceModel(backbone, tfface.layers.CosineHead(4)).save(root / "model.keras")
    backbone.layers[-1].set_weights([random.normal(size=(SIZE * SIZE, 16))])
    backbone.save(root / "another.keras")
    tfface.FaceModel(backbone, tfface.layers.CosineHead(4)).save(root / "classes.keras")
    keras.Sequential([*layers, tfface.layers.CosineHead(4)]).save(root / "head.keras")
    return root


@pytest.fixture
def staff(world, tmp_path):
    gallery, embedder = open_or_create(tmp_path / "g", world / "model.keras")
    assert enroll(gallery, embedder, photographs([world / "staff"])) == []
    return gallery, embedder


def test_an_embedding_is_that_of_the_standardised_image_and_its_mirror_image(world):
    embedder = Embedder(world / "model.keras")
    path = world / "staff" / "staff0" / "0.pgm"
    image = tfface.data.standardize(
        np.frombuffer(path.read_bytes()[-SIZE * SIZE :], np.uint8).reshape(1, SIZE, SIZE, 1)
    )
    expected = np.asarray(embedder.model.backbone(image)) + np.asarray(embedder.model.backbone(image[:, :, ::-1]))
    np.testing.assert_allclose(embedder.photographs([path]), expected, rtol=1e-4, atol=1e-4)
    assert embedder.input_shape == (SIZE, SIZE, 1) and embedder.embedding_size == 16


def test_people_are_found_again(world, staff, tmp_path):
    gallery, embedder = staff
    assert gallery.names == [f"staff{person}" for person in range(4)] and len(gallery) == 12
    probes = [world / "staff" / f"staff{person}" / "1.pgm" for person in range(4)]
    found = Gallery(gallery.path).identify(embedder.photographs(probes), threshold=0.9)
    assert [match.name for match in found] == gallery.names
    assert cosine(*embedder.photographs(probes[:1] * 2)) == pytest.approx(1)


def test_a_gallery_keeps_to_its_model(world, staff):
    gallery, _ = staff
    assert open_or_create(gallery.path, None)[1].path == (world / "model.keras").resolve()
    with pytest.raises(ValueError, match=r"another\.keras: another model than the one that made the embeddings"):
        open_or_create(gallery.path, world / "another.keras")


def test_unreadable_photographs_stop_it_or_are_left_out(world, tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "good.pgm").write_bytes((world / "staff" / "staff0" / "0.pgm").read_bytes())
    (tmp_path / "x" / "bad.jpg").write_bytes(b"\xff\xd8 nothing")
    faces = photographs([tmp_path / "x"], name="x")
    gallery, embedder = open_or_create(tmp_path / "g", world / "model.keras")
    with pytest.raises(ValueError, match=r"x/bad\.jpg: "):
        enroll(gallery, embedder, faces)
    assert len(Gallery(gallery.path)) == 0
    told = []
    (line,) = enroll(gallery, embedder, faces, "skip", told.append)
    assert "bad.jpg" in line and sum(told) == 2
    assert [face.source for face in gallery.faces] == [str(tmp_path / "x" / "good.pgm")]
    with pytest.raises(ValueError, match="none of 1 images can be read"):
        enroll(gallery, embedder, photographs([tmp_path / "x" / "bad.jpg"], "y"), "skip")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nothing.keras", "no such file; expected a model"),
        ("staff/staff0/0.pgm", "not a model that can be loaded"),
        ("head.keras", "expected a model that gives embeddings .*, but it ends in the head"),
    ],
)
def test_what_is_no_model_of_embeddings_is_refused(world, name, problem):
    with pytest.raises(ValueError, match=problem):
        Embedder(world / name)


def command(capsys, *words):
    code = main([str(word) for word in words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_the_commands(world, tmp_path, capsys):
    gallery = tmp_path / "staff"
    photo = world / "staff" / "staff2" / "0.pgm"
    other = world / "others" / "others7" / "0.pgm"
    code, out, _ = command(capsys, "enroll", world / "staff", "--gallery", gallery, "--model", world / "model.keras")
    assert code == 0 and "enrolled 12 faces of 4 people, skipped 0" in out
    code, out, _ = command(capsys, "verify", photo, other, "--gallery", gallery)
    assert code == 0 and re.match(r"cosine -?0\.\d{3} \(no threshold", out)
    code, out, err = command(capsys, "identify", photo, "--gallery", gallery)
    assert code == 2 and "no threshold was set" in err and "tfface gallery threshold" in err
    code, out, _ = command(capsys, "gallery", "threshold", gallery, "--faces", world / "others", "--rate", "0.01")
    assert code == 0 and "39 false matches in 3915 pairs" in out
    code, out, _ = command(capsys, "identify", photo, other, "--gallery", gallery, "--top", "1")
    rows = [line.split("\t") for line in out.splitlines()]
    assert [row[1] for row in rows] == ["who", "staff2", "unknown"]
    code, out, _ = command(capsys, "verify", photo, photo.with_name("1.pgm"), "--gallery", gallery)
    assert out.startswith("one person: cosine 0.9")
    code, out, _ = command(capsys, "enroll", other, "--gallery", gallery, "--name", "new")
    assert code == 0 and "5 people, 13 faces" in out
    code, out, _ = command(capsys, "gallery", "show", gallery)
    assert "staff3\t3\t20" in out and "model.keras" in out
    code, out, err = command(capsys, "gallery", "remove", gallery, "new")
    assert code == 2 and "needs --yes" in err
    code, out, _ = command(capsys, "gallery", "remove", gallery, "new", "staff0", "--yes")
    assert "3 people, 9 faces" in out
    code, out, _ = command(capsys, "gallery", "restore", gallery, "--version", Gallery(gallery).version)
    assert code == 0 and "3 people, 9 faces" in out


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["enroll", "{world}/staff", "--gallery", "{tmp}/g"], "no gallery here; to make one, give the model"),
        (["enroll", "{world}/model.keras", "--gallery", "{tmp}/g"], "expected one for photographs that do not lie in"),
        (["enroll", "{tmp}", "--gallery", "{tmp}/g", "--name", "x"], "no photographs here"),
        (["identify", "x.jpg", "--gallery", "{tmp}/g"], "no gallery here"),
        (["verify", "x.jpg", "y.jpg"], "expected --gallery, whose model and threshold are used, or --model"),
        (["verify", "x.jpg", "y.jpg", "--model", "{world}/model.keras"], "x.jpg: No such file or directory"),
        (["gallery", "show", "{tmp}/g"], "no gallery here"),
    ],
)
def test_mistakes_are_told_in_one_line(world, tmp_path, capsys, words, problem):
    code, _, err = command(capsys, *(word.format(world=world, tmp=tmp_path) for word in words))
    assert code == 2 and problem in err and err.count("\n") == 1
