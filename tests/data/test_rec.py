"""InsightFace's training sets: what is written is read, by MXNet's rules, and a damaged file is told in one line."""

import importlib
import io
import struct

import numpy as np
import pytest
from sets import content, jpeg, people

from tfface import data
from tfface.data.faults import Damaged
from tfface.data.formats import image_record, recordio
from tfface.data.formats.random_access import RandomAccess
from tfface.data.formats.record_index import read_index, write_index

MAGIC = struct.pack("<I", 0xCED7230A)


def records(path):
    file = RandomAccess(path)
    return [recordio.read_record(file, start) for start in recordio.record_starts(file)]


@pytest.fixture
def packed(tmp_path):
    data.write_rec(people(), tmp_path)
    return tmp_path


def rewrite(folder, change):
    """Writes the records anew, as `change` makes them of their list, with an index of their own."""
    stream, starts = io.BytesIO(), []
    for record in change(records(folder / "train.rec")):
        starts.append(stream.tell())
        recordio.write_record(stream, record)
    (folder / "train.rec").write_bytes(stream.getvalue())
    write_index(folder / "train.idx", enumerate(starts))


def test_round_trip(packed):
    faces = data.rec(packed)
    assert content(faces) == content(people())
    assert faces.keys == [str(key) for key in range(1, 10)]
    assert faces.labels.tolist() == sorted(people().labels.tolist())
    assert (packed / "property").read_text() == "3,10,12\n9\n"
    assert faces.images().shape == (9, 10, 12, 3)
    assert content(data.rec(packed / "train.rec")) == content(faces)
    assert {path.name for path in packed.iterdir()} == {"train.rec", "train.idx", "property", "identities.txt"}


def test_layout_is_insightface(packed):
    """Record 0 says where the records of identities are, and those where their images are."""
    keys, offsets = read_index(packed / "train.idx")
    assert keys.tolist() == list(range(13)) and offsets[0] == 0 and np.all(offsets % 4 == 0)
    found = [image_record.unpack(record) for record in records(packed / "train.rec")]
    assert found[0].labels.tolist() == [10, 13] and found[0].image == b""
    assert [(record.labels.tolist(), record.image) for record in found[10:]] == [
        ([1, 4], b""),
        ([4, 6], b""),
        ([6, 10], b""),
    ]
    assert [record.labels.tolist() for record in found[1:10]] == [[0]] * 3 + [[1]] * 2 + [[2]] * 4


def test_records_as_mxnet_writes_them():
    """Against bytes that MXNet 1.9.1 wrote of the same header and data."""
    image = b"abcd" + MAGIC + b"efg" + MAGIC + b"h" + MAGIC * 2
    stream = io.BytesIO()
    recordio.write_record(stream, image_record.pack(3.0, 7, image))
    assert stream.getvalue().hex() == WRITTEN_BY_MXNET


WRITTEN_BY_MXNET = (
    "0a23d7ce1c00002000000000000040400700000000000000000000000000000061626364"
    "0a23d7ce080000406566670a23d7ce680a23d7ce000000400a23d7ce00000060"
)


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 8])
@pytest.mark.parametrize("before", [b"", b"x", b"abcd", MAGIC, MAGIC * 2 + b"yz"])
def test_records_may_hold_the_magic_number(tmp_path, before, size):
    written = [before + MAGIC + bytes(range(size)), b"", before]
    with open(tmp_path / "some.rec", "wb") as file:
        for record in written:
            recordio.write_record(file, record)
    assert records(tmp_path / "some.rec") == written


def test_without_the_first_record_every_label_is_read(packed):
    rewrite(packed, lambda found: found[9:0:-1])
    (packed / "identities.txt").unlink()
    faces = data.rec(packed)
    assert faces.keys == [str(key) for key in range(9)] and faces.identities == ["0", "1", "2"]
    assert faces.labels.tolist() == sorted(people().labels.tolist(), reverse=True)
    (packed / "train.idx").unlink()  # as `rec2shufrec` leaves it
    assert content(data.rec(packed)) == content(faces)


def test_labels_of_images_count_where_ranges_differ(packed):
    def other_labels(found):
        images = [image_record.unpack(record) for record in found[1:10]]
        return [
            found[0],
            *(image_record.pack([r.labels[0] + 5.0, 0.0], n, r.image) for n, r in enumerate(images)),
            *found[10:],
        ]

    rewrite(packed, other_labels)
    (packed / "identities.txt").unlink()
    assert data.rec(packed).identities == ["5", "6", "7"]


def test_ranges_spare_reading_images(packed, monkeypatch):
    rec = importlib.import_module("tfface.data.sources.rec")
    looked_at = []
    monkeypatch.setattr(rec, "_SAMPLES", 2)
    monkeypatch.setattr(
        rec, "read_label", lambda file, offset: looked_at.append(offset) or image_record.read_label(file, offset)
    )
    assert content(data.rec(packed)) == content(people())
    assert len(looked_at) == 2


def test_numbers_that_float32_rounds_are_not_trusted(packed, monkeypatch):
    """Beyond 2^24 the first record cannot say exactly where identities begin, nor these where images are."""
    rec = importlib.import_module("tfface.data.sources.rec")
    monkeypatch.setattr(rec, "_EXACT", 4)
    for said in (8.0, 12.0):
        rewrite(packed, lambda found, said=said: [image_record.pack([said, said + 3], 0), *found[1:]])
        assert content(data.rec(packed)) == content(people())
    monkeypatch.setattr("tfface.data.writing.rec._EXACT", 9)
    with pytest.raises(ValueError, match=r"people: the format numbers images in float32, exact to 9; got 9"):
        data.write_rec(people(), packed)


def torn(folder, keep):
    content = (folder / "train.rec").read_bytes()
    (folder / "train.rec").write_bytes(content[:keep])


@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize("whole", [2, 5, 8])
def test_torn_file(packed, whole, index):
    _, offsets = read_index(packed / "train.idx")
    torn(packed, int(offsets[whole + 1]) + 4)
    if not index:
        (packed / "train.idx").unlink()
    with pytest.raises(ValueError, match=r"train\.rec: torn: .*ends? at|train\.rec: torn: .* lie behind its end"):
        data.rec(packed)
    with pytest.warns(UserWarning, match=r"train\.rec: torn: "):
        faces = data.rec(packed, on_error="skip")
    assert faces.keys == [str(key) for key in range(1, whole + 1)]
    assert len(faces.skipped) == 1 and "train.rec: torn" in faces.skipped[0]
    assert faces.load().skipped == faces.skipped


def test_torn_within_the_last_image(packed):
    _, offsets = read_index(packed / "train.idx")
    torn(packed, int(offsets[9]) + 60)
    with pytest.warns(UserWarning, match=r"torn: 3 of 13 records of the index lie behind its end, byte \d+"):
        faces = data.rec(packed, on_error="skip")
    with pytest.raises(data.ImageError, match=r"train\.rec/9: torn: \d+ bytes expected at byte \d+, the file ends at"):
        faces.load()
    with pytest.warns(UserWarning, match=r"skipped 1 of 9 images; first: .*train\.rec/9: torn"):
        loaded = faces.load(on_error="skip")
    assert len(loaded.images) == 8 and len(loaded.skipped) == 2


def test_an_index_of_another_file(packed):
    keys, offsets = read_index(packed / "train.idx")
    write_index(packed / "train.idx", zip(keys, [0, *(offsets[1:] - 20)], strict=True))
    for on_error in ("stop", "skip"):
        with pytest.raises(
            ValueError, match=r"train\.rec: .*(no record at byte|does the index belong|does not belong)"
        ):
            data.rec(packed, on_error)


def test_one_wrong_line_of_the_index(packed):
    keys, offsets = read_index(packed / "train.idx")
    offsets[4] += 4
    write_index(packed / "train.idx", zip(keys, offsets, strict=True))
    faces = data.rec(packed)
    with pytest.raises(data.ImageError, match=r"train\.rec/4: no record at byte"):
        faces.load()
    with pytest.warns(UserWarning, match="skipped 1 of 9"):
        assert faces.load(on_error="skip").faces.keys == ["1", "2", "3", "5", "6", "7", "8", "9"]


@pytest.mark.parametrize(
    "text, message",
    [
        (b"", "expected two numbers"),
        (b"0\t0\n1\n", "expected two numbers in each of 2 lines, got 3"),
        (b"0\t0\nx\t9\n", "in digits"),
        (b"0\t-8\n", "in digits"),
        (b"0\t0\n0\t8\n", "key 0 comes twice"),
        (b"0\t99999999999999999999999999\n", "lie behind its end|expected two numbers"),
    ],
)
def test_index_that_is_none(packed, text, message):
    (packed / "train.idx").write_bytes(text)
    with pytest.raises(ValueError, match=rf"train\.rec: .*({message})") as caught:
        data.rec(packed)
    assert "\n" not in str(caught.value)


def test_files_that_are_not_there_or_no_records(tmp_path):
    with pytest.raises(ValueError, match=r"nowhere: No such file"):
        data.rec(tmp_path / "nowhere")
    (tmp_path / "train.rec").write_bytes(b"")
    with pytest.raises(ValueError, match=r"train\.rec: the file is empty"):
        data.rec(tmp_path)
    (tmp_path / "train.rec").write_bytes(jpeg(0))
    with pytest.raises(ValueError, match=r"train\.rec: no record at byte 0"):
        data.rec(tmp_path)


@pytest.mark.parametrize(
    "record, message",
    [
        (b"short", "too short for the header"),
        (struct.pack("<IfQQ", 2**30, 0, 0, 0), "too short for its 1073741824 labels"),
        (image_record.pack(float("nan"), 0), "expected a whole number as label, got nan"),
        (image_record.pack(-1.0, 0), "expected a whole number as label, got -1"),
        (image_record.pack(0.5, 0), "expected a whole number as label, got 0.5"),
    ],
)
def test_records_of_no_image(packed, record, message):
    rewrite(packed, lambda found: [*found[1:4], record, *found[4:10]])
    with pytest.raises(ValueError, match=rf"record 3: .*{message}"):
        data.rec(packed)
    with pytest.warns(UserWarning, match=r"1 of 10 records have no label that can be read"):
        assert content(data.rec(packed, on_error="skip")) == content(people())


def test_lengths_are_not_trusted(tmp_path):
    (tmp_path / "huge.rec").write_bytes(MAGIC + struct.pack("<I", 2**29 - 1) + b"abcd")
    file = RandomAccess(tmp_path / "huge.rec")
    with pytest.raises(Damaged, match=r"torn: 536870911 bytes expected at byte 8, the file ends at 12"):
        recordio.read_record(file, 0)


def test_an_image_that_cannot_be_read_is_left_out_of_what_is_written(tmp_path):
    good = people()

    def read(row):
        if row == 4:
            raise FileNotFoundError(2, "No such file or directory")
        return good.read(row)

    faces = data.FaceSet(good.keys, good.labels, good.identities, read, "people")
    with pytest.raises(data.ImageError, match=r"people/.*/4\.jpg: No such file"):
        data.write_rec(faces, tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.warns(UserWarning, match="people: skipped 1 images; first: .*4"):
        data.write_rec(faces, tmp_path, on_error="skip")
    assert content(data.rec(tmp_path)) == content(good.subset(np.arange(9) != 4))
