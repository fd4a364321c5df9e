"""Damaged files: a reader gives images, or says in one line what is wrong. No crash, no hang, no huge memory."""

import io
import pickle
import resource
import signal
import warnings

import numpy as np
import pytest
from PIL import Image
from sets import jpeg, people

from tfface import data
from tfface.data.formats import example, tfrecord

# What the high-water mark of the process may grow by, in MiB: an image of 64 Mi pixels is refused, one below decoded.
MOST = {"images": 1024}
USUALLY = 256


def encoded(kind, mode="RGB", **options):
    pixels = np.random.default_rng(1).integers(0, 256, (16, 18, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(stream, kind, **options)
    return stream.getvalue()


IMAGES = [
    *(encoded(kind) for kind in ("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP", "PPM")),
    encoded("JPEG", "CMYK"),
    encoded("JPEG", progressive=True, exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"),
    encoded("PNG", "P"),
    encoded("TIFF", compression="tiff_lzw"),
    encoded("GIF", save_all=True, append_images=[Image.new("RGB", (18, 16))]),
    b"P5 2 1 65535 " + bytes(4),
]


def use(faces):
    """Everything a training reads of a set."""
    faces.fingerprint()
    for row in range(len(faces)):
        data.decode(faces.read(row), faces.where(row), (8, 8))


def images(tmp_path):
    return IMAGES, lambda content: data.decode(content, "fuzzed", (8, 8))


def rec(tmp_path):
    data.write_rec(people(), tmp_path)
    path = tmp_path / "train.rec"
    bare = tmp_path / "bare"  # without an index
    bare.mkdir()

    def read(content):
        path.write_bytes(content)
        (bare / "train.rec").write_bytes(content)
        for where, on_error in ((bare, "stop"), (bare, "skip"), (tmp_path, "skip")):
            attempt(lambda where, on_error: use(data.rec(where, on_error)), where, on_error)
        use(data.rec(tmp_path))

    return [path.read_bytes()], read


def idx(tmp_path):
    data.write_rec(people(), tmp_path)
    path = tmp_path / "train.idx"
    return [path.read_bytes()], lambda content: (
        path.write_bytes(content),
        attempt(lambda: use(data.rec(tmp_path, "skip"))),
        use(data.rec(tmp_path)),
    )


def bin(tmp_path):
    path = tmp_path / "pairs.bin"
    pictures = [jpeg(seed) for seed in range(4)]
    arrays = [np.frombuffer(picture, np.uint8) for picture in pictures]
    seeds = [pickle.dumps((some, [True, False]), protocol) for some in (pictures, arrays) for protocol in (3, 4, 5)]
    return seeds, lambda content: (path.write_bytes(content), use(data.verification_bin(path, 2)))


def tfrecords(tmp_path):
    path, stream = tmp_path / "x.tfrecord", io.BytesIO()
    for number in range(4):
        features = {"image": jpeg(number), "label": number, "identity": b"anna"}
        tfrecord.write_record(stream, example.encode(features))
    return [stream.getvalue()], lambda content: (
        path.write_bytes(content),
        attempt(lambda: use(data.tfrecord(path, on_error="skip"))),
        attempt(lambda: example.decode(content[12:])),  # lengths are checked, what they hold is not
        use(data.tfrecord(path)),
    )


def shard_index(tmp_path):
    data.write_tfrecord(people(), tmp_path)
    whole = {name: (tmp_path / name).read_bytes() for name in ("index.json", "index.table")}

    def read(content):
        for name, good in whole.items():
            is_it = content.lstrip()[:1] == b"{" if name == "index.json" else content.lstrip()[:1] != b"{"
            (tmp_path / name).write_bytes(content if is_it else good)
        use(data.tfrecord(tmp_path, on_error="skip"))

    return list(whole.values()), read


def pairs(tmp_path):
    for person in ("anna", "bo"):
        (tmp_path / person).mkdir()
        for number in (1, 2):
            (tmp_path / person / f"{person}_{number:04d}.jpg").write_bytes(jpeg(number))
    path = tmp_path / "pairs.txt"
    seeds = [
        b"2\t1\nanna\t1\t2\nanna\t1\tbo\t1\nbo\t1\t2\nanna\t2\tbo\t2\n",
        b"anna/anna_0001.jpg anna/anna_0002.jpg 1\nbo/bo_0001.jpg anna/anna_0001.jpg 0\n",
    ]
    return seeds, lambda content: (
        path.write_bytes(content),
        attempt(lambda: use(data.lfw(tmp_path, folds=2, on_error="skip"))),
        use(data.lfw(tmp_path, folds=2)),
    )


READERS = [images, rec, idx, bin, tfrecords, shard_index, pairs]
_NUMBERS = [
    b"\0" * 4,
    b"\xff" * 4,
    b"\xff\xff\xff\x7f",
    b"\0\0\0\x80",
    b"\xff" * 8,
    b"\x01\0\0\0",
    b"9" * 12,
    b"\n",
    b"-1",
]


def mutated(seed, random):
    """A file with some bytes changed, pieces cut, doubled or moved, numbers made extreme, or its end lost."""
    content = bytearray(seed)
    for _ in range(random.integers(1, 6)):
        at = int(random.integers(len(content) + 1))
        piece = bytes(content[at : at + int(random.integers(1, 40))])
        match random.integers(6):
            case 0:
                content[at : at + 1] = random.bytes(1)
            case 1:
                number = _NUMBERS[random.integers(len(_NUMBERS))]
                content[at : at + len(number)] = number
            case 2:
                del content[at : at + len(piece)]
            case 3:
                content[at:at] = piece * int(random.integers(1, 4))
            case 4:
                to = int(random.integers(len(content) + 1))
                content[to : to + len(piece)] = piece
            case 5 if random.random() < 0.3:
                del content[at:]
    return bytes(content)


def attempt(read, *arguments):
    """Whether a reader has read; where it has not, it has said so in one line."""
    try:
        read(*arguments)
    except ValueError as error:
        assert type(error) is ValueError or "tfface" in type(error).__module__, repr(error)
        assert "\n" not in str(error) and str(error).isprintable(), repr(error)
        return False
    return True


def fuzz(reader, tmp_path, count):
    seeds, read = reader(tmp_path)
    assert all(attempt(read, seed) for seed in seeds)
    random, outcomes = np.random.default_rng(0), [0, 0]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(count):
            content = mutated(seeds[number % len(seeds)], random)
            signal.alarm(60)  # a hang ends the test
            outcomes[attempt(read, content)] += 1
            signal.alarm(0)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert all(outcomes), f"{outcomes[0]} refused, {outcomes[1]} read: the changes are too weak or too strong"
    assert grown < MOST.get(reader.__name__, USUALLY), f"{grown:.0f} MiB more"
    print(f"\n{reader.__name__}: {count} files, {outcomes[0]} refused, {outcomes[1]} read, {grown:.0f} MiB more memory")


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_damaged_files(reader, tmp_path):
    fuzz(reader, tmp_path, 300)


@pytest.mark.soak
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_many_damaged_files(reader, tmp_path):
    fuzz(reader, tmp_path, 10_000)
