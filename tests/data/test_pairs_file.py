"""Lists of pairs: LFW's and plain ones, names in any script, files that are missing."""

import gzip
import itertools
from pathlib import Path

import numpy as np
import pytest
from sets import jpeg

from tfface import data
from tfface.data.formats.pairs_text import read_pairs

PEOPLE = ["Aaron Eckhart", "Zoë_Ball", "王菲"]


@pytest.fixture
def lfw(tmp_path):
    for person in PEOPLE:
        folder = tmp_path / "lfw" / person
        folder.mkdir(parents=True)
        for number in range(1, 4):
            suffix = "png" if number == 3 else "jpg"
            (folder / f"{person}_{number:04d}.{suffix}").write_bytes(jpeg(number))
    return tmp_path / "lfw"


def write(folder, *lines):
    path = folder / "pairs.txt"
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogateescape"))
    return path


TEN_FOLD = [
    "2\t2",
    "Aaron Eckhart\t1\t2",
    "Zoë_Ball\t1\t3",
    "Aaron Eckhart\t1\tZoë_Ball\t2",
    "王菲\t3\tZoë_Ball\t1",
    "王菲\t1\t2",
    "王菲\t2\t3",
    "王菲\t1\tAaron Eckhart\t2",
    "王菲\t2\tZoë_Ball\t3",
]


def names(pairs, side):
    return [pairs.keys[row].rpartition("/")[2].rpartition(".")[0] for row in side]


def test_lfw(lfw):
    write(lfw, *TEN_FOLD)
    pairs = data.lfw(lfw)
    assert pairs.folds.tolist() == [0] * 4 + [1] * 4
    assert pairs.pairs.same.tolist() == [True, True, False, False] * 2
    assert names(pairs, pairs.pairs.first)[:4] == [
        "Aaron Eckhart_0001",
        "Zoë_Ball_0001",
        "Aaron Eckhart_0001",
        "王菲_0003",
    ]
    assert names(pairs, pairs.pairs.second)[2:] == [
        *("Zoë_Ball_0002", "Zoë_Ball_0001", "王菲_0002", "王菲_0003", "Aaron Eckhart_0002", "Zoë_Ball_0003")
    ]
    assert pairs.identities == PEOPLE
    same = pairs.labels[pairs.pairs.first] == pairs.labels[pairs.pairs.second]
    assert np.array_equal(same, pairs.pairs.same)
    assert pairs.load().images.shape == (8, 10, 12, 3)  # those that the pairs name


def test_lists_of_developers_have_no_folds(lfw):
    write(lfw, "1", "Zoë_Ball 1 2", "Zoë_Ball 1 王菲 2", "")
    assert data.lfw(lfw, folds=2).folds.tolist() == [0, 1]


@pytest.mark.parametrize("words", [("1", "0"), ("True", "False"), ("true", "-1")])
def test_plain_list(lfw, words):
    one, two = words
    listed = write(
        lfw.parent,
        f"a/1.jpg\ta/2.jpg\t{one}",
        f"a/2.jpg\tb/1.jpg\t{one}\r",
        f"a/1.jpg\tc d/1.jpg\t{two}",
        "",
        f"e/x.jpg\te/x.jpg\t{one}",
    )
    for key in ("a/1.jpg", "a/2.jpg", "b/1.jpg", "c d/1.jpg", "e/x.jpg"):
        (lfw / key).parent.mkdir(exist_ok=True)
        (lfw / key).write_bytes(key.encode())
    pairs = data.pairs_file(listed, lfw, folds=2)
    assert pairs.keys == ["a/1.jpg", "a/2.jpg", "b/1.jpg", "c d/1.jpg", "e/x.jpg"]
    assert pairs.pairs.same.tolist() == [True, True, False, True]
    assert pairs.labels.tolist() == [0, 0, 0, 1, 2]  # what pairs of one person connect
    assert pairs.read(3) == b"c d/1.jpg"


def test_connected_images_share_a_label_in_whatever_order(tmp_path):
    random = np.random.default_rng(0)
    people = random.integers(0, 5, 40)
    lines = []
    for person in range(5):
        rows = random.permutation(np.flatnonzero(people == person))
        lines += [f"{a}.jpg {b}.jpg 1" for a, b in itertools.pairwise(rows)]
    for row in range(40):
        (tmp_path / f"{row}.jpg").write_bytes(b"")
    pairs = data.pairs_file(write(tmp_path, *random.permutation(lines)), tmp_path)
    of_key = people[[int(key[:-4]) for key in pairs.keys]]
    assert len(pairs.identities) == 5
    assert np.array_equal(pairs.labels[:, None] == pairs.labels, of_key[:, None] == of_key)


def test_missing_images_are_listed(lfw):
    write(lfw, *TEN_FOLD)
    (lfw / "王菲/王菲_0001.jpg").unlink()
    (lfw / "Zoë_Ball/Zoë_Ball_0003.png").unlink()
    with pytest.raises(ValueError, match=r"2 of 8 images are not in .*lfw: Zoë_Ball/Zoë_Ball_0003, 王菲/王菲_0001$"):
        data.lfw(lfw)
    with pytest.warns(UserWarning, match="2 of 8 images are not in .*; 4 of 8 pairs are left out"):
        pairs = data.lfw(lfw, on_error="skip")
    assert len(pairs) == 6 and pairs.folds.tolist() == [0, 0, 0, 1]
    assert len(pairs.skipped) == 2 and "王菲_0001: missing" in pairs.skipped[1]
    with pytest.raises(ValueError, match=r"8 of 8 images are not in"):
        data.lfw(lfw.parent, lfw / "pairs.txt", on_error="skip")


def test_names_that_are_no_text(lfw):
    (lfw / "\udcff.jpg").write_bytes(b"x")
    listed = write(lfw, "\udcff.jpg \udcff.jpg 1", "\udcff.jpg \udcff.jpg 1")
    assert data.pairs_file(listed, lfw, folds=2).read(0) == b"x"


@pytest.mark.parametrize(
    "lines, message",
    [
        ([""], "no pairs"),
        (["2 2"], "expected 8 pairs, as the first line says, got 0"),
        (TEN_FOLD[:-1], "expected 8 pairs, as the first line says, got 7"),
        (["9999999999 1", *TEN_FOLD[1:]], "line 2: expected `path number`"),
        (["999999999 999999999", *TEN_FOLD[1:]], "as the first line says, got 8"),
        ([*TEN_FOLD[:3], "Zoë_Ball\t1"], "line 4: expected `name number number`"),
        ([*TEN_FOLD[:3], "Zoë_Ball\tx\t1"], "line 4: expected `name number number`"),
        (["a.jpg b.jpg 1", "a.jpg b.jpg"], "line 2: expected `path path same`"),
        (["a.jpg b.jpg perhaps"], "line 1: expected `path path same`"),
        (["a.jpg b.jpg 1"], r"folds: expected 2\.\.1"),
        ([f"a.jpg {'b' * 5000} 1"] * 10, "2 of 2 images are not in"),
        (["a.jpg b\0.jpg 1"] * 10, "2 of 2 images are not in"),
    ],
)
def test_lists_that_are_none(lfw, lines, message):
    with pytest.raises(ValueError, match=message) as caught:
        data.lfw(lfw, write(lfw, *lines))
    assert "\n" not in str(caught.value)


def test_list_that_is_not_there(lfw):
    with pytest.raises(ValueError, match=r"pairs\.txt: No such file"):
        data.lfw(lfw)


def test_lists_of_two_lines_a_pair(lfw):
    """CALFW's and CPLFW's: the number of both lines is 0 for two people."""
    here = "Zoë_Ball/Zoë_Ball_0001.jpg 4", "Zoë_Ball/Zoë_Ball_0002.jpg 4", "Zoë_Ball/Zoë_Ball_0001.jpg 0"
    pairs = data.pairs_file(write(lfw, *here, "王菲/王菲_0002.jpg 0"), lfw, folds=2)
    assert pairs.pairs.same.tolist() == [True, False] and len(pairs) == 3
    assert pairs.keys[pairs.pairs.second[1]] == "王菲/王菲_0002.jpg"
    for lines, problem in {
        here: "line 3: the second line of a pair is missing",
        (*here[:1], *here[2:]): "line 1: expected one number for both images of a pair, got 4, 0",
        (here[0], "Zoë_Ball/Zoë_Ball_0002.jpg"): "line 2: expected `path number`",
    }.items():
        with pytest.raises(ValueError, match=problem):
            data.pairs_file(write(lfw, *lines), lfw)


def test_the_list_of_lfw_itself(tmp_path):
    """The file that LFW's authors publish (Huang et al., 2007), and the same pairs as lines of `path path same`."""
    text = gzip.decompress(Path(__file__).with_name("lfw_pairs.txt.gz").read_bytes())
    (tmp_path / "pairs.txt").write_bytes(text)
    images = {file for pair in read_pairs(text.decode()).names for file in pair}
    for folder in {image.partition("/")[0] for image in images}:
        (tmp_path / folder).mkdir()
    for image in images:
        (tmp_path / f"{image}.jpg").touch()
    pairs = data.lfw(tmp_path)
    assert (len(pairs), len(pairs.identities)) == (7701, 4281)
    assert np.bincount(pairs.folds).tolist() == [600] * 10
    assert np.bincount(pairs.folds, pairs.pairs.same).tolist() == [300] * 10
    assert pairs.keys[pairs.pairs.first[0]] == "Abel_Pacheco/Abel_Pacheco_0001.jpg"
    sides = ([pairs.keys[row] for row in side] for side in (pairs.pairs.first, pairs.pairs.second))
    lines = (f"{one} {two} {same:d}" for one, two, same in zip(*sides, pairs.pairs.same.tolist(), strict=True))
    again = data.pairs_file(write(tmp_path, *lines), tmp_path)
    for ours, theirs in zip((*again.pairs, again.folds), (*pairs.pairs, pairs.folds), strict=True):
        np.testing.assert_array_equal(ours, theirs)
