"""A gallery: what is enrolled, found, refused and deleted."""

import json
import stat

import numpy as np
import pytest

from tfface.serving import Gallery, Match, threshold_for

SIZE = 6


def embeddings(count, seed=0):
    return np.random.default_rng(seed).normal(size=(count, SIZE))


@pytest.fixture
def gallery(tmp_path):
    """Five people with three faces each, enrolled one photograph after the other."""
    made = Gallery.create(tmp_path / "people", SIZE, {"name": "m.keras"})
    for photo in range(3):
        made.add(list("edcba"), embeddings(5, photo), [f"{name}/{photo}.jpg" for name in "edcba"])
    return made


def everything_on_disk(path):
    return b"".join(file.read_bytes() for file in path.iterdir())


def test_who_is_nearest_is_what_a_plain_search_says(gallery):
    probes = embeddings(7, seed=9)
    faces = np.concatenate([embeddings(5, photo) for photo in range(3)])
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)  # noqa: E731
    cosines = (unit(probes) @ unit(faces).T).reshape(7, 3, 5)
    for found, own in zip(gallery.search(probes, k=3), cosines, strict=True):
        best = np.argsort(-own.max(axis=0))[:3]
        assert [match.name for match in found] == ["edcba"[person] for person in best]
        np.testing.assert_allclose([match.cosine for match in found], own.max(axis=0)[best], atol=1e-6)
        assert [match.source for match in found] == [f"{'edcba'[p]}/{own[:, p].argmax()}.jpg" for p in best]


def test_it_is_the_same_when_it_is_opened_again(gallery):
    again = Gallery(gallery.path)
    assert again.names == list("abcde") and len(again) == 15 and again.model == {"name": "m.keras"}
    assert again.search(embeddings(4, 7)) == gallery.search(embeddings(4, 7))
    assert repr(again) == f"Gallery('{gallery.path}', 5 people, 15 faces)"


def test_many_small_additions_stay_few_files(tmp_path):
    gallery = Gallery.create(tmp_path / "g", SIZE)
    rows = embeddings(40)
    for row in range(40):
        gallery.add([f"p{row % 7}"], rows[row : row + 1])
    assert len(list(gallery.path.glob("*.npy"))) <= 2 * 17
    again = Gallery(gallery.path)
    assert [matches[0].name for matches in again.search(rows, k=1)] == [f"p{row % 7}" for row in range(40)]


def test_somebody_unknown_is_nobody(gallery):
    own = embeddings(5, 0)[:1]
    assert gallery.identify(own, threshold=0.99) == [Match("e", pytest.approx(1, abs=1e-6), "e/0.jpg")]
    assert gallery.identify(-own, threshold=0.99) == [None]
    with pytest.raises(ValueError, match="no threshold was set"):
        gallery.identify(own)
    gallery.set_threshold(threshold_for(embeddings(60, 3), np.arange(60) // 2, false_match_rate=0.1))
    assert Gallery(gallery.path).identify(own)[0].name == "e"
    assert Gallery(gallery.path).threshold == gallery.threshold


def test_an_empty_gallery_knows_nobody(tmp_path):
    gallery = Gallery.create(tmp_path / "g", SIZE)
    assert gallery.search(embeddings(2)) == [[], []]
    assert gallery.identify(embeddings(2), threshold=0.0) == [None, None]
    with pytest.raises(ValueError, match="nobody is enrolled"):
        gallery.index()


def test_who_is_removed_is_in_no_file(gallery):
    rows = [gallery._parts[part][gallery._parts[part].shape[0] - 1].tobytes() for part in range(3)]  # those of "e"
    assert all(row in everything_on_disk(gallery.path) for row in rows)
    gallery.remove(["e"])
    assert gallery.names == list("abcd") and len(gallery) == 12
    disk = everything_on_disk(gallery.path)
    assert b'"e"' not in disk and b"e/0.jpg" not in disk
    assert not any(row in disk for row in rows)
    assert gallery.versions == [gallery.version]
    assert Gallery(gallery.path).names == list("abcd")


def test_an_update_replaces_what_was_there(gallery):
    gallery.update("c", embeddings(1, 50), ["new.jpg"])
    assert [face.source for face in gallery.faces if face.name == "c"] == ["new.jpg"]
    assert b"c/1.jpg" not in everything_on_disk(gallery.path)
    assert gallery.search(embeddings(1, 50), k=1)[0][0].name == "c"


def test_only_the_owner_can_read(gallery):
    assert stat.S_IMODE(gallery.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in gallery.path.iterdir()} == {0o600}


@pytest.mark.parametrize("suffix", [".npy", ".json"])
@pytest.mark.parametrize("harm", ["cut", "changed", "gone"])
def test_a_damaged_file_is_refused_and_the_version_before_offered(gallery, suffix, harm):
    before = set(gallery.path.iterdir())
    gallery.add(["f"], embeddings(1, 8))
    new = next(p for p in set(gallery.path.iterdir()) - before if p.suffix == suffix and "version" not in p.name)
    content = new.read_bytes()
    if harm == "gone":
        new.unlink()
    else:
        new.write_bytes(content[:-3] if harm == "cut" else content[:-1] + bytes([content[-1] ^ 1]))
    advice = rf"version {gallery.version - 1} of 20.* is whole: `tfface gallery restore"
    with pytest.raises(ValueError, match=rf"{new.name}.*; {advice}"):
        Gallery(gallery.path)
    with pytest.raises(ValueError, match=new.name):
        gallery.add(["g"], embeddings(1, 8))
    Gallery(gallery.path, version=gallery.version - 1).restore()
    again = Gallery(gallery.path)
    assert again.names == list("abcde") and again.version == gallery.version + 1
    assert not new.exists() and again.versions == [again.version]


def test_a_damaged_version_is_refused(gallery):
    path = gallery.path / f"version-{gallery.version:08d}.json"
    document = json.loads(path.read_text())
    document["content"]["threshold"] = {"cosine": -1.0}
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match=rf"{path.name}: not what was written; version {gallery.version - 1} of"):
        Gallery(gallery.path)


def test_a_gallery_of_a_later_tfface_is_refused(gallery):
    path = gallery.path / f"version-{gallery.version:08d}.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 7'))
    with pytest.raises(ValueError, match="format 7, but this tfface reads format 1"):
        Gallery(gallery.path)


def test_a_reader_keeps_what_it_opened(gallery):
    reader = Gallery(gallery.path)
    gallery.remove(["a", "b"])
    assert reader.search(embeddings(1, 0), k=5)[0][0].name == "e" and len(reader.names) == 5
    reader.reload()
    assert reader.names == list("cde")


def test_mistakes_change_nothing(gallery, tmp_path):
    version = gallery.version
    for problem, act in {
        "has embeddings of size 6, got 5": lambda: gallery.add(["x"], np.ones((1, 5))),
        "got 2, 1 and 2": lambda: gallery.add(["x", "y"], embeddings(1)),
        "got an empty one": lambda: gallery.add([""], embeddings(1)),
        "that of 'x' has length 0": lambda: gallery.add(["x"], np.zeros((1, SIZE))),
        "NaN or infinity in 1 of 1 rows": lambda: gallery.add(["x"], np.full((1, SIZE), np.nan)),
        "got 'x'": lambda: gallery.remove(["a", "x"]),
        "k: expected at least 1, got 0": lambda: gallery.search(embeddings(1), k=0),
        "version: .* has 4, 3, got 9": lambda: Gallery(gallery.path, version=9),
        "no gallery here": lambda: Gallery(tmp_path / "nothing"),
        "new or empty": lambda: Gallery.create(gallery.path, SIZE),
        "embedding_size: expected at least 1": lambda: Gallery.create(tmp_path / "g", 0),
    }.items():
        with pytest.raises(ValueError, match=problem):
            act()
    assert gallery.version == version and Gallery(gallery.path).names == list("abcde")
