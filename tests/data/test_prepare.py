"""Preparation: faces aligned, everything that is dropped told with its reason, nothing lost by a kill."""

import csv
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import fake_detector
import numpy as np
import psutil
import pytest
from fake_detector import face_at, painted, photograph, save
from PIL import Image

from tfface import data
from tfface.cli import main


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    for seed, name in enumerate(("anna/1.png", "anna/2.png", "bo/1.png", "山田/顔 <b>.png")):
        save(folder / name, photograph([face_at(20 + seed, 30)], seed=seed))
    return folder


@pytest.fixture
def hard_photos(photos):
    """With one of every kind that is dropped."""
    save(photos / "anna/two.png", photograph([face_at(5, 5), face_at(10, 90, 0.6)], seed=10))
    save(photos / "anna/passer-by.png", photograph([face_at(5, 5), face_at(120, 150, 0.2)], seed=11))
    save(photos / "anna/none.png", photograph([], seed=12))
    save(photos / "anna/small.png", photograph([face_at(50, 50, 0.5)], seed=13))
    (photos / "bo/zero.jpg").write_bytes(b"")
    (photos / "bo/text.jpg").write_text("no image")
    (photos / "bo" / "\udcff.png").write_bytes((photos / "bo/1.png").read_bytes()[:500])
    shutil.copy(photos / "anna/1.png", photos / "anna/3 copy.png")
    Image.open(photos / "anna/1.png").save(photos / "anna/1.bmp")
    shutil.copy(photos / "anna/2.png", photos / "bo/stolen.png")
    (photos / "bo/notes.txt").write_text("no photograph")
    return photos


def state(folder):
    return {
        os.fspath(path.relative_to(folder)): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in folder.rglob("*")
        if path.is_file()
    }


def run(photos, out, **options):
    options = {"detector": painted, "processes": 1, "min_face": 30, **options}
    return data.prepare(photos, out, **options)


def table(prepared):
    with open(prepared.report, encoding="utf-8", newline="") as file:
        return {row["photograph"]: (row["outcome"], row["detail"], row["face"]) for row in csv.DictReader(file)}


class Page(HTMLParser):
    """Texts, pictures and what a page would fetch."""

    def __init__(self, path):
        super().__init__()
        self.pictures, self.fetched, self.text = 0, [], ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        source = dict(attributes).get("src") or dict(attributes).get("href") or ""
        if source.startswith("data:image/jpeg;base64,"):
            self.pictures += 1
        elif source or tag in ("script", "b"):
            self.fetched.append((tag, source))

    def handle_data(self, text):
        self.text += text


def test_faces_are_aligned_and_the_rest_is_told(hard_photos, tmp_path):
    before = state(hard_photos)
    prepared = run(hard_photos, tmp_path / "faces")
    assert state(hard_photos) == before
    assert table(prepared) == {
        "anna/1.bmp": ("kept", "", "anna/1.jpg"),
        "anna/1.png": ("duplicate", "of anna/1.bmp", ""),
        "anna/2.png": ("two identities", "also bo/stolen.png", ""),
        "anna/3 copy.png": ("duplicate", "of anna/1.bmp", ""),
        "anna/none.png": ("no face", "", ""),
        "anna/passer-by.png": ("kept", "", "anna/passer-by.jpg"),
        "anna/small.png": ("too small", "18 pixels, 30 wanted", ""),
        "anna/two.png": ("many faces", "2 of like size", ""),
        "bo/1.png": ("kept", "", "bo/1.jpg"),
        "bo/stolen.png": ("two identities", "also anna/2.png", ""),
        "bo/text.jpg": ("unreadable", "not an image, or none of JPEG, PNG, BMP, PPM, WEBP, GIF, TIFF", ""),
        "bo/zero.jpg": ("unreadable", "the file is empty", ""),
        r"bo/\xff.png": ("unreadable", table(prepared)[r"bo/\xff.png"][1], ""),
        "山田/顔 <b>.png": ("kept", "", "山田/顔 <b>.jpg"),
    }
    assert (prepared.kept, prepared.identities) == (4, 3)
    assert prepared.dropped == {
        "unreadable": 3, "duplicate": 2, "two identities": 2, "no face": 1, "many faces": 1, "too small": 1
    }  # fmt: skip
    faces = data.folder(tmp_path / "faces")
    assert faces.keys == ["anna/1.jpg", "anna/passer-by.jpg", "bo/1.jpg", "山田/顔 <b>.jpg"]
    images = faces.images().astype(int)
    assert images.shape == (4, 112, 112, 3)
    for x, y in np.round(data.TEMPLATE).astype(int):
        assert np.all(images[:, y, x, 0] - images[:, y, x, 2] > 100)  # the painted points are red
    page = Page(prepared.page)
    assert page.pictures == 4 + 7 and page.fetched == []  # of the kept, and of the dropped that can be read
    assert "4 of 14 photographs" in page.text and "顔 <b>.png" in page.text
    assert {path.name for path in (tmp_path / "faces").iterdir()} == {"anna", "bo", "山田", "report.csv", "report.html"}


@pytest.mark.parametrize("format, source", [("rec", data.rec), ("tfrecord", data.tfrecord)])
def test_packed_formats(photos, tmp_path, format, source):
    run(photos, tmp_path / "folder")
    prepared = run(photos, tmp_path / "packed", format=format)
    faces, plain = source(tmp_path / "packed"), data.folder(tmp_path / "folder")
    assert faces.identities == plain.identities == ["anna", "bo", "山田"]
    assert [faces.read(row) for row in range(4)] == [plain.read(row) for row in range(4)]
    assert prepared.kept == 4 and not (tmp_path / "packed/anna").exists()


def test_largest_of_several(hard_photos, tmp_path):
    prepared = run(hard_photos, tmp_path / "faces", several="largest")
    assert table(prepared)["anna/two.png"][0] == "kept" and "many faces" not in prepared.dropped


def test_folder_that_cannot_be_read(photos, tmp_path, monkeypatch):
    allowed = os.scandir

    def scandir(path):
        if str(path).endswith("/bo"):
            raise PermissionError(13, "Permission denied")
        return allowed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    prepared = run(photos, tmp_path / "faces")
    assert table(prepared)["bo"] == ("unreadable", "Permission denied", "") and prepared.kept == 3


def test_nothing_kept(tmp_path):
    save(tmp_path / "photos/anna/1.png", photograph([]))
    prepared = run(tmp_path / "photos", tmp_path / "faces", format="rec")
    assert prepared.kept == 0 and prepared.dropped == {"no face": 1}
    assert {path.name for path in (tmp_path / "faces").iterdir()} == {"report.csv", "report.html"}


def interrupted_after(count):
    """Makes a detector that is interrupted at a photograph."""

    def make():
        seen = []

        def detect(image):
            if len(seen) == count:
                raise KeyboardInterrupt
            seen.append(1)
            return fake_detector.detect(image)

        return detect

    return make


def test_continues_where_it_was_interrupted(hard_photos, tmp_path):
    whole = run(hard_photos, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt, match="interrupted; run again to continue"):
        run(hard_photos, tmp_path / "faces", detector=interrupted_after(6))
    journal = tmp_path / "faces/.prepare/journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-7])  # torn by the kill
    seen, told = [], []

    def counting():
        return lambda image: seen.append(1) or fake_detector.detect(image)

    again = run(hard_photos, tmp_path / "faces", detector=counting, progress=lambda *at: told.append(at))
    assert table(again) == table(whole) and told[-1] == (14, 14)
    assert 0 < len(seen) < 9  # of eleven that can be read
    assert [data.folder(p.folder).fingerprint() for p in (again, whole)] == [
        data.folder(whole.folder).fingerprint()
    ] * 2


def test_a_photograph_that_changed_meanwhile_is_looked_at_again(photos, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(photos, tmp_path / "faces", detector=interrupted_after(3))
    save(photos / "anna/1.png", photograph([], seed=20))
    (photos / "bo/1.png").unlink()
    assert table(run(photos, tmp_path / "faces")) == {
        "anna/1.png": ("no face", "", ""),
        "anna/2.png": ("kept", "", "anna/2.jpg"),
        "山田/顔 <b>.png": ("kept", "", "山田/顔 <b>.jpg"),
    }


KILLED = """
import sys
sys.argv = ["tfface"]  # the command does without TensorFlow, and so do its processes
sys.path.insert(0, {tests!r})
import fake_detector
from tfface import data
data.prepare({photos!r}, {out!r}, processes=2, min_face=30, detector=fake_detector.slow_and_noted)
"""


@pytest.fixture
def many_photos(tmp_path):
    for seed in range(30):
        save(tmp_path / f"photos/p{seed % 3}/{seed:02d}.png", photograph([face_at(20, 30)], seed=seed))
    return tmp_path / "photos"


def test_continues_after_kill_9(many_photos, tmp_path, monkeypatch):
    log, out = tmp_path / "log", tmp_path / "faces"
    monkeypatch.setenv("DETECTOR_LOG", os.fspath(log))
    code = KILLED.format(tests=os.fspath(Path(__file__).parent), photos=os.fspath(many_photos), out=os.fspath(out))
    process = subprocess.Popen([sys.executable, "-c", code])
    while not log.exists() or log.read_text().count("\n") < 10:
        assert process.poll() is None, "ended before it was killed"
        time.sleep(0.02)
    workers = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert not alive  # no orphans
    first = log.read_text().splitlines()
    assert len({line.split()[0] for line in first}) == 2
    assert not (out / "report.csv").exists()
    subprocess.run([sys.executable, "-c", code], check=True)
    second = log.read_text().splitlines()[len(first) :]
    assert len(first) + len(second) <= 30 + 8  # what was in flight is looked at again
    assert not (out / ".prepare").exists()
    monkeypatch.undo()
    whole = run(many_photos, tmp_path / "whole")
    assert whole.kept == 30
    assert faces_in(out) == faces_in(whole.folder)


def faces_in(folder):
    return {name: digest for name, (_, digest) in state(folder).items() if name.endswith(".jpg")}


def test_a_process_that_dies(photos, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["tfface"])  # so that the processes do without TensorFlow
    with pytest.raises(ChildProcessError, match=r"a process died, perhaps for want of memory; run again to continue"):
        run(photos, tmp_path / "faces", processes=2, detector=fake_detector.deadly)
    assert run(photos, tmp_path / "faces").kept == 4


def test_refuses_what_it_would_spoil(photos, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("all of it")
    with pytest.raises(ValueError, match=r"mine: expected a new or empty folder"):
        run(photos, tmp_path / "mine")
    with pytest.raises(ValueError, match=r"thesis\.txt: expected a new or empty folder"):
        run(photos, tmp_path / "mine/thesis.txt")
    for inside in (photos, photos / "faces", tmp_path):
        with pytest.raises(ValueError, match=r"out: expected a folder outside of .*photos"):
            run(photos, inside)
    run(photos, tmp_path / "faces")
    with pytest.raises(
        ValueError, match=r"faces: a set was prepared there before \(report\.csv\); give another folder"
    ):
        run(photos, tmp_path / "faces")
    with pytest.raises(KeyboardInterrupt):
        run(photos, tmp_path / "begun", detector=interrupted_after(1))
    with pytest.raises(ValueError, match=r"begun: begun in another way \(min_face was 30, is 31\); continue as it was"):
        run(photos, tmp_path / "begun", min_face=31)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"format": "zip"}, "format: expected one of"),
        ({"several": "all"}, "several: expected one of"),
        ({"min_face": 0}, "min_face: expected a whole number of at least 1"),
        ({"processes": -1}, "processes: expected a whole number of at least 1"),
    ],
)
def test_senseless_arguments(photos, tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        run(photos, tmp_path / "faces", **options)
    assert not (tmp_path / "faces").exists()


def test_no_photographs(tmp_path):
    (tmp_path / "photos/anna").mkdir(parents=True)
    with pytest.raises(ValueError, match=r"photos: expected a folder of photographs for each identity, found none$"):
        run(tmp_path / "photos", tmp_path / "faces")
    with pytest.raises(ValueError, match=r"nowhere: cannot read the folder: No such file"):
        run(tmp_path / "nowhere", tmp_path / "faces")


@pytest.mark.parametrize("installed, said", [(True, "nowhere: cannot read the folder"), (False, "tfface[align]")])
def test_command_says_what_is_wrong_in_one_line(tmp_path, capsys, monkeypatch, installed, said):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: installed or None)
    assert main(["prepare", os.fspath(tmp_path / "nowhere"), "--out", os.fspath(tmp_path / "faces")]) == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("tfface: ") and said in last


def test_command(photos, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(data.prepare, "__kwdefaults__", {**data.prepare.__kwdefaults__, "detector": painted})
    words = ["prepare", os.fspath(photos), "-o", os.fspath(tmp_path / "faces"), "--min-face", "33", "--processes", "1"]
    assert main([*words, "--format", "rec"]) == 0
    out = capsys.readouterr().out
    assert "kept\t4\n" in out and f"4 faces of 3 identities: {tmp_path / 'faces'}" in out
    assert len(data.rec(tmp_path / "faces")) == 4


def test_real_detector(tmp_path):
    """Faces of ORL, enlarged, turned and put into a larger picture."""
    pytest.importorskip("mtcnn")
    faces = data.orl().subset([0, 11])
    for row in range(2):
        face = Image.fromarray(faces.images(channels=3)[row]).resize((276, 336), Image.Resampling.BICUBIC)
        photo = Image.new("RGB", (640, 480), (90, 100, 95))
        photo.paste(face.rotate(15 * row, fillcolor=(90, 100, 95)), (200, 60))
        save(tmp_path / f"photos/p{row}/1.png", np.asarray(photo))
    save(tmp_path / "photos/p0/nobody.png", np.full((300, 300, 3), 99, np.uint8))
    prepared = data.prepare(tmp_path / "photos", tmp_path / "faces", processes=1)
    assert prepared.kept == 2 and prepared.dropped == {"no face": 1}
    detect = data.Mtcnn(least=0.5)
    for image in data.folder(prepared.folder).images():
        (face,) = detect(np.pad(image, ((60, 60), (60, 60), (0, 0)), "edge"))
        assert np.abs(face.points - 60 - data.TEMPLATE).max() < 8
