"""Verification pickles: every way in which they have been written is read, and nothing in them is run."""

import pickle
import resource
import struct

import numpy as np
import pytest
from sets import jpeg, people

from tfface import data
from tfface.data import Pairs, PairSet, contiguous_folds

IMAGES = [jpeg(seed) for seed in range(6)]
SAME = [True, False, True]


def as_arrays(shape):
    return [np.frombuffer(image, np.uint8).reshape(shape) for image in IMAGES]


@pytest.fixture
def written(tmp_path):
    def write(content, protocol=4):
        path = tmp_path / "pairs.bin"
        path.write_bytes(content if isinstance(content, bytes) else pickle.dumps(content, protocol))
        return path

    return write


@pytest.mark.parametrize("protocol", [3, 4, 5])
@pytest.mark.parametrize("images", [IMAGES, as_arrays(-1), as_arrays((-1, 1))], ids=["bytes", "array", "column"])
@pytest.mark.parametrize("same", [SAME, np.array(SAME), list(np.array(SAME))], ids=["bools", "array", "scalars"])
def test_what_insightface_writes(written, images, same, protocol):
    pairs = data.verification_bin(written((images, same), protocol), folds=3)
    assert [pairs.read(row) for row in range(6)] == IMAGES
    assert [part.tolist() for part in pairs.pairs] == [[0, 2, 4], [1, 3, 5], SAME]
    assert pairs.folds.tolist() == [0, 1, 2]
    assert pairs.labels.tolist() == [0, 0, 1, 2, 3, 3]  # of one person: one label


def of_python_2(images, same):
    """As Python 2.7 wrote it with its highest protocol, 2: text and bytes are one type there."""
    strings = b"".join(b"T" + struct.pack("<i", len(image)) + image for image in images)
    return b"\x80\x02]q\x01(" + strings + b"e]q\x02(" + b"".join(b"\x88" if s else b"\x89" for s in same) + b"e\x86."


def test_what_python_2_wrote(written):
    pairs = data.verification_bin(written(of_python_2(IMAGES, SAME)), folds=2)
    assert [pairs.read(row) for row in range(6)] == IMAGES and pairs.pairs.same.tolist() == SAME


class Hostile:
    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def run_me(path):
    path.write_text("it ran")


@pytest.mark.parametrize("place", ["all", "image", "same"])
def test_hostile_pickle_is_not_run(written, tmp_path, place):
    marker = tmp_path / "ran"
    evil = Hostile(run_me, marker)
    content = {"all": evil, "image": ([evil, IMAGES[0]], [True]), "same": (IMAGES, [evil])}[place]
    with pytest.raises(ValueError, match=r"pairs\.bin: refused: a pickle that wants to call \S*(run_me|Path\w*)$"):
        data.verification_bin(written(content))
    assert not marker.exists()


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "exhausted"),
        (jpeg(0), "no pickle"),
        (b"cposix\nsystem\n(S'true'\ntR.", "refused"),
        (b"\x80\x04\x8e" + b"\xff" * 8 + b".", "no pickle"),
        (b"\x80\x04B\xff\xff\xff\x7f.", "no pickle"),
        (b"\x80\x04Nr\xff\xff\xff\x7f.", "expected a pickle of"),  # a memo of 2^31 entries
        (b"]" * 100_000, "more instructions"),
        (b"\x80\x02]q\x00h\x00a.", "expected a pickle of"),  # a list that holds itself
        (b"\x80\x04(.", "a value is missing"),
        (b"\x80\x04e.", "no pickle"),
        (b"\x80\x04Na.", "no list|no pickle"),
        (b"\x80\x04}.", "refused"),
        (pickle.dumps([]), "expected a pickle of"),
        (pickle.dumps((IMAGES, SAME, [])), "expected a pickle of"),
        (pickle.dumps((IMAGES, [True, False])), "two images for each of 2 pairs, got 6"),
        (pickle.dumps(([], [])), "two images for each of 0 pairs"),
        (pickle.dumps(([1, 2], [True])), "image 0: expected bytes or an array of uint8"),
        (pickle.dumps(([np.zeros(3, np.float32)] * 2, [True])), "arrays of single bytes"),
        (pickle.dumps(([np.zeros(3, bool)] * 2, [True])), "image 0: expected bytes or an array of uint8"),
        (pickle.dumps((IMAGES, ["x", True, True])), "pair 0: expected a bool"),
        (pickle.dumps((IMAGES, [2, True, True])), "pair 0: expected a bool"),
        (pickle.dumps((np.array([None, 1]), [True])), "refused|single bytes|expected a pickle"),
        (pickle.dumps(Hostile(np.dtype, "f8")), "expected a pickle of"),
    ],
)
def test_pickles_of_anything_else(written, content, message):
    with pytest.raises(ValueError, match=rf"pairs\.bin: .*({message})") as caught:
        data.verification_bin(written(content))
    assert "\n" not in str(caught.value)


def a_list_of_lists(depth):
    """Every list holds the one before ten times: written out, 10^depth."""
    return b"\x80\x04]\x94" + b"".join(b"](" + b"h%c" % level * 10 + b"e\x94" for level in range(depth))


def a_long_name(times):
    """A name of a megabyte, made a global again and again."""
    return b"\x80\x04X" + struct.pack("<I", 10**6) + b"x" * 10**6 + b"\x94" + b"h\0h\0\x93" * times + b"."


@pytest.mark.parametrize(
    "content, message",
    [
        (a_list_of_lists(60) + b")R.", "refused: a pickle that wants to call list"),
        (a_list_of_lists(60) + b".", "expected a pickle of"),
        (a_long_name(5000), "expected a pickle of"),
        (b"\x80\x04cnumpy.core.numeric\n_frombuffer\n(C\x01xcnumpy\ndtype\n\x8c\x02u1\x85R("
         + (b"\x8a\xfe" + b"\x7f" * 254) * 3000 + b"tX\1\0\0\0CtR.", "arrays of single bytes"),
    ],
    ids=["lists", "list", "names", "shape"],
)  # fmt: skip
def test_small_pickles_of_huge_values(written, content, message):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValueError, match=message) as caught:
        data.verification_bin(written(content))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB
    assert len(str(caught.value)) < 500


def test_torn_pickle_at_every_byte(written):
    whole = pickle.dumps((as_arrays(-1)[:2], [True]), 4)
    for length in range(0, len(whole), 3):
        with pytest.raises(ValueError, match=r"pairs\.bin: "):
            data.verification_bin(written(whole[:length]), folds=2)


def test_file_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match=r"lfw\.bin: No such file"):
        data.verification_bin(tmp_path / "lfw.bin")


def a_pair_set():
    faces = people()
    return PairSet(
        faces.keys,
        faces.labels,
        faces.identities,
        faces.read,
        "people",
        pairs=data.verification_pairs(faces.labels, impostors=6),
        folds=contiguous_folds(16, 4),
    )


def test_round_trip(tmp_path):
    pairs = a_pair_set()
    again = data.verification_bin(data.write_bin(pairs, tmp_path / "people.bin"), folds=4)
    for old, new in zip(pairs.pairs[:2], again.pairs[:2], strict=True):
        assert [pairs.read(row) for row in old] == [again.read(row) for row in new]
    assert again.pairs.same.tolist() == pairs.pairs.same.tolist()
    assert again.folds.tolist() == pairs.folds.tolist() == np.repeat(range(4), 4).tolist()
    images, same = pickle.loads((tmp_path / "people.bin").read_bytes())  # as InsightFace reads it
    assert images[:2] == [pairs.read(pairs.pairs.first[0]), pairs.read(pairs.pairs.second[0])]
    assert len(images) == 32 and set(map(type, same)) == {bool}


def test_skipped_images_take_their_pairs_with_them():
    pairs = a_pair_set()
    pairs._reader = lambda row: b"junk" if row == 3 else people().read(row)
    with pytest.warns(UserWarning, match="skipped 1 of 9 images"):
        images, kept, skipped = pairs.load(on_error="skip")
    involved = (pairs.pairs.first == 3) | (pairs.pairs.second == 3)
    assert len(images) == 8 and len(skipped) == 1 and involved.any()
    assert isinstance(kept, PairSet) and len(kept.folds) == 16 - involved.sum()
    assert kept.folds.tolist() == pairs.folds[~involved].tolist()
    assert [kept.keys[row] for row in kept.pairs.second] == [pairs.keys[row] for row in pairs.pairs.second[~involved]]
    assert repr(kept).startswith("PairSet('people', 8 images, ")


@pytest.mark.parametrize("folds", [1, 17, 0])
def test_folds_that_cannot_be(folds):
    with pytest.raises(ValueError, match=r"folds: expected 2\.\.16 \(the pairs\)"):
        contiguous_folds(16, folds)


def test_pairs_and_folds_that_do_not_fit():
    faces = people()
    arguments = faces.keys, faces.labels, faces.identities, faces.read
    with pytest.raises(ValueError, match=r"pairs, folds: expected one shape"):
        PairSet(*arguments, pairs=Pairs([0], [1], [True]), folds=[0, 1])
