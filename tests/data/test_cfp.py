"""CFP as its archive holds it."""

import pytest
from sets import jpeg

from tfface import data


@pytest.fixture
def archive(tmp_path):
    """Three people with two frontal images and one profile; two folds."""
    lines = {"F": [], "P": []}
    for person in ("001", "002", "003"):
        for side, kind, count in (("F", "frontal", 2), ("P", "profile", 1)):
            folder = tmp_path / "Data" / "Images" / person / kind
            folder.mkdir(parents=True)
            for number in range(1, count + 1):
                (folder / f"{number:02d}.jpg").write_bytes(jpeg(len(lines[side])))
                lines[side].append(f"{len(lines[side]) + 1} ../Data/Images/{person}/{kind}/{number:02d}.jpg")
    for protocol, same, diff in (("FP", ["1,1", "4,2"], ["1,2", "6,1"]), ("FF", ["1,2", "5,6"], ["1,3", "2,5"])):
        for fold in (1, 2):
            folder = tmp_path / "Protocol" / "Split" / protocol / f"{fold:02d}"
            folder.mkdir(parents=True)
            (folder / "same.txt").write_text(same[fold - 1] + "\n")
            (folder / "diff.txt").write_text(diff[fold - 1] + "\n")
    for side, written in lines.items():
        (tmp_path / "Protocol" / f"Pair_list_{side}.txt").write_text("\n".join(written) + "\n")
    return tmp_path


def listed(pairs):
    sides = ([pairs.keys[row] for row in side] for side in (pairs.pairs.first, pairs.pairs.second))
    return list(zip(*sides, pairs.pairs.same.tolist(), pairs.folds.tolist(), strict=True))


def test_a_frontal_image_and_a_profile(archive):
    pairs = data.cfp(archive)
    assert listed(pairs) == [
        ("001/frontal/01.jpg", "001/profile/01.jpg", True, 0),
        ("001/frontal/01.jpg", "002/profile/01.jpg", False, 0),
        ("002/frontal/02.jpg", "002/profile/01.jpg", True, 1),
        ("003/frontal/02.jpg", "001/profile/01.jpg", False, 1),
    ]
    assert [pairs.identities[label] for label in pairs.labels] == [key[:3] for key in pairs.keys]
    assert pairs.images().shape[0] == len(pairs)


def test_two_frontal_images(archive):
    pairs = data.sources.get("cfp", path=str(archive), protocol="FF")
    assert [row[:3] for row in listed(pairs)][1:3] == [
        ("001/frontal/01.jpg", "002/frontal/01.jpg", False),
        ("003/frontal/01.jpg", "003/frontal/02.jpg", True),
    ]


def test_what_is_wrong_is_told(archive):
    with pytest.raises(ValueError, match="protocol: expected 'FP' or 'FF', got 'PP'"):
        data.cfp(archive, "PP")
    (archive / "Data" / "Images" / "001" / "profile" / "01.jpg").unlink()
    with pytest.raises(ValueError, match=r"1 of 5 images are not in .*: 001/profile/01$"):
        data.cfp(archive)
    with pytest.warns(UserWarning, match="2 of 4 pairs are left out"):
        assert len(data.cfp(archive, on_error="skip").pairs.same) == 2
    split = archive / "Protocol" / "Split" / "FP"
    for text, problem in {
        "1;2": "expected `number,number`, got '1;2'",
        "9,1": "the number of an image, 1 to 6, got 9",
    }.items():
        (split / "01" / "same.txt").write_text(text)
        with pytest.raises(ValueError, match=rf"same.txt: line 1: .*{problem}"):
            data.cfp(archive)
    (split / "01" / "same.txt").unlink()
    with pytest.raises(ValueError, match=r"same\.txt: No such file"):
        data.cfp(archive)
    (archive / "Protocol" / "Split" / "FP").rename(archive / "Protocol" / "Split" / "other")
    with pytest.raises(ValueError, match="expected a folder for each fold"):
        data.cfp(archive)
