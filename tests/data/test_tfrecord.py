"""TFRecord shards: ours and others', whole and torn, read by TensorFlow too."""

import json
import struct

import numpy as np
import pytest
from sets import content, jpeg, people

from tfface import data
from tfface.data.formats import example, tfrecord
from tfface.data.formats.crc32c import crc32c


def bitwise_crc32c(message):
    crc = 0xFFFFFFFF
    for byte in message:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 5, 8, 1023, 1024, 1025, 1027, 2500])
def test_crc_of_any_length(length):
    message = np.random.default_rng(length).bytes(length)
    assert crc32c(message) == bitwise_crc32c(message)


def test_crc_of_the_standard():
    """RFC 3720, B.4."""
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(bytes(range(32))) == 0x46DD794E


@pytest.fixture
def shards(tmp_path):
    data.write_tfrecord(people(), tmp_path, images_per_shard=4)
    return tmp_path


def write_foreign(path, *examples):
    with open(path, "wb") as file:
        for features in examples:
            tfrecord.write_record(file, features if isinstance(features, bytes) else example.encode(features))


def test_round_trip(shards):
    faces = data.tfrecord(shards)
    assert [faces.read(row) for row in range(9)] == [people().read(row) for row in range(9)]
    assert faces.labels.tolist() == people().labels.tolist() and faces.identities == people().identities
    index = json.loads((shards / "index.json").read_text())
    assert index["images"] == 9 and [shard["images"] for shard in index["shards"]] == [4, 4, 1]
    assert index["fingerprint"] == people().fingerprint()
    assert faces.keys[5].startswith("faces-00001-of-00003.tfrecord@") and len(set(faces.keys)) == 9


def test_tensorflow_reads_what_we_write(shards):
    import tensorflow as tf

    files = sorted(map(str, shards.glob("*.tfrecord")))
    kinds = dict.fromkeys(("image", "identity", "key"), tf.io.FixedLenFeature([], tf.string))
    kinds["label"] = tf.io.FixedLenFeature([], tf.int64)
    records = tf.data.TFRecordDataset(files).map(lambda record: tf.io.parse_single_example(record, kinds))
    found = list(records.as_numpy_iterator())
    faces = people()
    assert [record["image"] for record in found] == [faces.read(row) for row in range(9)]
    assert [record["label"] for record in found] == faces.labels.tolist()
    assert [record["key"].decode() for record in found] == faces.keys
    assert [record["identity"].decode() for record in found] == [faces.identities[label] for label in faces.labels]


def test_we_read_what_tensorflow_writes(tmp_path):
    import tensorflow as tf

    def feature(value):
        if isinstance(value, bytes):
            return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))
        if isinstance(value, float):
            return tf.train.Feature(float_list=tf.train.FloatList(value=[value]))
        return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))

    with tf.io.TFRecordWriter(str(tmp_path / "a.tfrecord-00000-of-00001")) as writer:
        for label in (300, -7, 300):
            features = {"image/encoded": jpeg(label % 9), "image/class/label": label, "score": 0.5, "width": 12}
            record = tf.train.Example(
                features=tf.train.Features(feature={name: feature(value) for name, value in features.items()})
            )
            writer.write(record.SerializeToString())
    faces = data.tfrecord(tmp_path)
    assert faces.identities == ["-7", "300"] and faces.labels.tolist() == [1, 0, 1]
    assert [faces.read(row) for row in range(3)] == [jpeg(300 % 9), jpeg(-7 % 9), jpeg(300 % 9)]
    with pytest.raises(
        ValueError, match=r"image: no feature 'photo'; there are: image/class/label, image/encoded, width"
    ):
        data.tfrecord(tmp_path, image="photo")
    with pytest.raises(ValueError, match=r"image: expected one value of bytes, got 1"):
        data.tfrecord(tmp_path, image="width")


def test_labels_may_be_names(tmp_path):
    write_foreign(tmp_path / "x.tfrecord", {"image": b"1", "who": b"bo"}, {"image": b"2", "who": "Åsa".encode()})
    faces = data.tfrecord(tmp_path / "x.tfrecord", label="who")
    assert faces.identities == ["bo", "Åsa"] and faces.read(1) == b"2"


def test_without_its_index_a_set_is_walked_through(shards):
    for name in ("index.json", "index.table"):
        (shards / name).unlink()
    faces = data.tfrecord(shards)
    assert faces.identities == ["0", "1", "2"] and faces.labels.tolist() == people().labels.tolist()
    assert content(data.tfrecord(shards, label="identity")) == content(people())


def test_torn_shard_of_ours(shards):
    torn = sorted(shards.glob("*.tfrecord"))[1]
    torn.write_bytes(torn.read_bytes()[:-300])
    with pytest.raises(ValueError, match=r"faces-00001-of-00003\.tfrecord: torn: \d+ bytes expected, \d+ there$"):
        data.tfrecord(shards)
    with pytest.warns(UserWarning, match=r"torn: .*; 1 images are left out"):
        faces = data.tfrecord(shards, on_error="skip")
    assert len(faces) == 8 and len(faces.skipped) == 1 and len(faces.load().images) == 8
    torn.unlink()
    with pytest.warns(UserWarning, match=r"torn: \d+ bytes expected, 0 there; 4 images are left out"):
        assert len(data.tfrecord(shards, on_error="skip")) == 5


def test_shard_that_vanishes_after_the_set_was_opened(shards):
    faces = data.tfrecord(shards)
    sorted(shards.glob("*.tfrecord"))[2].unlink()
    with pytest.raises(data.ImageError, match=r"faces-00002-of-00003\.tfrecord@\d+: No such file"):
        faces.load()
    with pytest.warns(UserWarning, match="skipped 1 of 9"):
        assert len(faces.load(on_error="skip").images) == 8


@pytest.mark.parametrize("index", ["index.json", "index.table"])
def test_torn_index(shards, index):
    whole = (shards / index).read_bytes()
    (shards / index).write_bytes(whole[:-9])
    with pytest.raises(ValueError, match=rf"{index}: (torn|not an index)"):
        data.tfrecord(shards)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"format": "other"}, "expected the format 'tfface faces 1', got 'other'"),
        ({"images": 1e400}, "not an index of shards"),
        ({"images": 3}, "torn: expected 60 bytes"),
        ({"identities": ["anna"]}, r"does not belong to index\.json"),
        ({"shards": []}, r"does not belong to index\.json"),
        ({"shards": [{"file": "../x", "bytes": 1}] * 3}, r"names of files beside it, got '\.\./x'"),
        ({"shards": 7}, "not an index of shards"),
    ],
)
def test_index_of_something_else(shards, change, message):
    index = json.loads((shards / "index.json").read_text())
    (shards / "index.json").write_text(json.dumps({**index, **change}))
    with pytest.raises(ValueError, match=message):
        data.tfrecord(shards)


def test_torn_file_of_others(tmp_path):
    path = tmp_path / "x.tfrecord"
    write_foreign(path, *({"image": jpeg(n), "label": n} for n in range(3)))
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(ValueError, match=r"x\.tfrecord: torn: the record at byte \d+ ends at byte \d+, the file at"):
        data.tfrecord(tmp_path)
    with pytest.warns(UserWarning, match=r"torn: .*; what follows in it is left out"):
        assert len(data.tfrecord(tmp_path, on_error="skip")) == 2


huge = struct.pack("<Q", 2**62)
bad_files = {
    "empty": (b"", "no image"),
    "jpeg": (jpeg(0), "not a TFRecord file"),
    "short": (b"abc", "torn: 12 bytes expected"),
    "length": (huge + struct.pack("<I", tfrecord.masked_crc32c(huge)), "torn: the record at byte 0 ends at byte 46116"),
}


@pytest.mark.parametrize("written, message", bad_files.values(), ids=bad_files)
def test_files_that_are_no_tfrecords(tmp_path, written, message):
    (tmp_path / "x.tfrecord").write_bytes(written)
    with pytest.raises(ValueError, match=rf"(x\.tfrecord|{tmp_path.name}): {message}"):
        data.tfrecord(tmp_path)


@pytest.mark.parametrize(
    "record, message",
    [
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "not a tf.train.Example"),
        (b"\x0a\x7f", "not a tf.train.Example"),
        (b"\x0b", "not a tf.train.Example"),
        (b"", "image: no feature 'image' or .*; there are: no features"),
        ({"image": b"x"}, "label: no feature 'label' or 'image/class/label'; there are: image"),
    ],
)
def test_records_that_are_no_examples(tmp_path, record, message):
    write_foreign(tmp_path / "x.tfrecord", record)
    with pytest.raises(ValueError, match=rf"x\.tfrecord: {message}"):
        data.tfrecord(tmp_path)


def test_single_records_of_something_else_are_skipped(tmp_path):
    good = [{"image": jpeg(n), "label": n} for n in range(3)]
    write_foreign(tmp_path / "x.tfrecord", good[0], {"image": b"x"}, b"\x0b", *good[1:])
    with pytest.raises(ValueError, match=r"x\.tfrecord: label: no feature"):
        data.tfrecord(tmp_path)
    with pytest.warns(UserWarning, match=r"skipped in 2 places; first: .*label: no feature .*, byte \d+$"):
        faces = data.tfrecord(tmp_path, on_error="skip")
    assert [faces.read(row) for row in range(3)] == [jpeg(n) for n in range(3)] and len(faces.skipped) == 2


def test_nothing_there(tmp_path):
    with pytest.raises(ValueError, match=r"expected files \*\.tfrecord in the folder, found none"):
        data.tfrecord(tmp_path)
    with pytest.raises(ValueError, match=r"nowhere: No such file"):
        data.tfrecord(tmp_path / "nowhere")


def test_images_that_cannot_be_read_are_left_out_of_what_is_written(tmp_path):
    good = people()

    def read(row):
        raise FileNotFoundError(2, "No such file or directory")

    faces = data.FaceSet(good.keys, good.labels, good.identities, read, "people")
    with pytest.raises(data.ImageError, match="No such file"):
        data.write_tfrecord(faces, tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match=r"images_per_shard: expected at least 1, got 0"):
        data.write_tfrecord(good, tmp_path, images_per_shard=0)


class OfTfds:
    """As much of tensorflow-datasets as is used."""

    def __init__(self, folder, names=None):
        write_foreign(
            folder / "faces-train.tfrecord-00000-of-00001", *({"image": jpeg(n), "label": n % 2} for n in range(4))
        )
        self.folder, self.names, self.asked = folder, names, []

    def builder(self, name, data_dir=None):
        if name != "faces":
            raise ValueError(f"Dataset {name} not found.\nCheck the spelling")
        self.asked.append(data_dir)
        return self

    def download_and_prepare(self, file_format):
        assert file_format == "tfrecord"

    @property
    def info(self):
        class Label:
            names = self.names

        class Split:
            filepaths = (self.folder / "faces-train.tfrecord-00000-of-00001",)

        class Info:
            splits = {"train": Split}  # noqa: RUF012
            features = {"image": None, "label": Label}  # noqa: RUF012

        return Info


@pytest.fixture
def library(tmp_path, monkeypatch):
    import sys

    fake = OfTfds(tmp_path, ["anna", "bo"])
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", fake)
    return fake


def test_tfds(library, tmp_path):
    faces = data.tfds("faces", data_dir=tmp_path)
    assert faces.identities == ["anna", "bo"] and faces.labels.tolist() == [0, 1, 0, 1]
    assert faces.read(3) == jpeg(3) and faces.source == "tfds/faces/train"
    assert library.asked == [str(tmp_path)]


def test_tfds_that_cannot_be_had(library, monkeypatch):
    with pytest.raises(ValueError, match=r"tfds: cannot get 'fases': Dataset fases not found\.$"):
        data.tfds("fases")
    with pytest.raises(ValueError, match=r"tfds: faces has no split 'trian', did you mean 'train'\?"):
        data.tfds("faces", split="trian")
    with pytest.raises(ValueError, match=r"label: no feature 'person'"):
        data.tfds("faces", label="person")
    monkeypatch.setitem(__import__("sys").modules, "tensorflow_datasets", None)
    with pytest.raises(ImportError, match=r"tensorflow_datasets.*tfface\[datasets\]"):
        data.tfds("faces")
