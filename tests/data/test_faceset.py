"""FaceSet: labels stay dense and in step, bad images stop or are skipped, fingerprints notice change."""

import tracemalloc

import numpy as np
import pytest

from tfface.data import FaceSet, ImageError, arrays, class_weights
from tfface.data.keys import NumberedKeys


def three_people(count=6):
    images = np.arange(count * 4, dtype=np.uint8).reshape(count, 2, 2)
    return arrays(images, np.repeat([0, 1, 2], count // 3), ["anna", "bo", "chloé"], "people")


def with_bad_image(at=(2,)):
    good = three_people()
    return FaceSet(
        [f"{i}.pgm" for i in range(6)],
        good.labels,
        good.identities,
        lambda i: b"junk" if i in at else good.read(i),
        "people",
    )


def test_images_and_bytes_agree():
    faces = three_people()
    assert len(faces) == 6 and repr(faces) == "FaceSet('people', 6 images, 3 identities)"
    assert faces.read(1) == b"P5 2 2 255\n" + bytes([4, 5, 6, 7])
    assert faces.images(channels=1)[1].ravel().tolist() == [4, 5, 6, 7]
    assert faces.images(size=(5, 4)).shape == (6, 5, 4, 3)
    assert faces.labels.dtype == np.int32


def test_subset_renumbers_labels_and_reads_its_own_images():
    faces = three_people().subset([5, 2, 4])
    assert faces.identities == ["bo", "chloé"]
    assert faces.labels.tolist() == [1, 0, 1]
    assert faces.keys == ["5", "2", "4"]
    assert faces.images(channels=1)[:, 0, 0, 0].tolist() == [20, 8, 16]
    again = faces.subset(np.array([False, True, True]))
    assert again.keys == ["2", "4"] and again.images(channels=1)[:, 0, 0, 0].tolist() == [8, 16]


def test_split_shares_no_identity():
    known, unknown = three_people().split(2)
    assert known.identities == ["anna", "bo"] and unknown.identities == ["chloé"]
    assert unknown.labels.tolist() == [0, 0]
    for n in (0, 3, -1, 0.1, 0.9, "two"):
        with pytest.raises(ValueError, match=r"identities: expected 1\.\.2"):
            three_people().split(n)


def test_split_by_share_and_by_seed():
    faces = arrays(np.zeros((60, 2, 2), np.uint8), np.repeat(np.arange(20), 3))
    known, unknown = faces.split(0.75, seed=1)
    assert (len(known.identities), len(unknown.identities)) == (15, 5)
    assert sorted(known.identities + unknown.identities) == sorted(faces.identities)
    assert known.identities != faces.identities[:15]
    assert sorted([*known.keys, *unknown.keys]) == sorted(faces.keys)
    assert faces.split(15, seed=1)[0].identities == known.identities
    assert faces.split(15, seed=2)[0].identities != known.identities


def test_identities_with_enough_images():
    faces = arrays(np.zeros((6, 2, 2), np.uint8), [0, 1, 1, 2, 2, 2], ["anna", "bo", "cy"])
    assert faces.counts.tolist() == [1, 2, 3]
    two = faces.min_images(2)
    assert two.identities == ["bo", "cy"] and two.keys == ["1", "2", "3", "4", "5"]
    assert faces.min_images(1) is faces
    with pytest.raises(ValueError, match=r"arrays: min_images: no identity has 4 images, the most is 3"):
        faces.min_images(4)


def test_what_a_source_lacked_is_told_once():
    good = arrays(np.zeros((6, 2, 2), np.uint8), [0, 1, 1, 2, 2, 2])
    faces = FaceSet(good.keys, good.labels, good.identities, good.read, "people", ["people/dan: torn"])
    known, unknown = faces.min_images(2).split(1)
    assert known.load().skipped == ["people/dan: torn"] and unknown.load().skipped == []


def test_class_weights_balance_identities():
    labels = np.array([0] * 6 + [1] * 3 + [2])
    weights = class_weights(labels)
    assert weights.dtype == np.float32
    np.testing.assert_allclose(np.bincount(labels, weights[labels]), np.full(3, 10 / 3), rtol=1e-6)
    with pytest.raises(ValueError, match=r"labels: expected every value.*not \[1\]"):
        class_weights([0, 2])


def test_a_set_of_millions_costs_little():
    """Keys are made when asked for, and subsets hold row numbers only."""
    count = 2_000_000
    numbers, labels = np.arange(1, count + 1), np.arange(count) // 20
    identities = [str(label) for label in range(count // 20)]
    tracemalloc.start()
    faces = FaceSet(NumberedKeys(numbers), labels, identities, lambda index: b"%d" % index, "many")
    known, unknown = faces.min_images(2).split(0.5, seed=0)
    current, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert current < 40 * count and peak < 100 * count
    assert len(known) == len(unknown) == count // 2
    assert known.read(7) == b"%d" % (int(known.keys[7]) - 1)
    assert known.where(7) == f"many/{known.keys[7]}"


def test_bad_image_stops():
    with pytest.raises(ImageError, match=r"people/2\.pgm: not an image"):
        with_bad_image().images()


def test_bad_images_are_skipped_counted_and_named():
    with pytest.warns(UserWarning, match=r"skipped 2 of 6 images; first: people/2\.pgm"):
        images, faces, skipped = with_bad_image(at=(2, 3)).load(channels=1, on_error="skip")
    assert images[:, 0, 0, 0].tolist() == [0, 4, 16, 20]
    assert faces.keys == ["0.pgm", "1.pgm", "4.pgm", "5.pgm"]
    assert faces.identities == ["anna", "chloé"] and faces.labels.tolist() == [0, 0, 1, 1]
    assert len(skipped) == 2 and "3.pgm" in skipped[1]


def test_nothing_readable():
    with pytest.raises(ValueError, match="none of 6 images can be read"):
        with_bad_image(at=range(6)).load(on_error="skip")


def test_file_that_vanished_is_named():
    def vanished(index):
        raise FileNotFoundError(2, "No such file or directory")

    with pytest.raises(ImageError, match=r"people/a\.jpg: No such file"):
        FaceSet(["a.jpg"], [0], ["anna"], vanished, "people").images()


def test_sizes_that_differ_need_a_size():
    faces = FaceSet(["a", "b"], [0, 1], ["anna", "bo"], [b"P5 1 1 255 a", b"P5 2 1 255 ab"].__getitem__, "people")
    with pytest.raises(ValueError, match=r"people/b: 2×1 pixels.*size=\(height, width\)"):
        faces.load(on_error="skip")
    assert faces.images(size=(1, 1)).shape == (2, 1, 1, 3)


def test_fingerprint_notices_keys_labels_names_and_bytes():
    def changed(keys=("a", "b"), labels=(0, 1), names=("anna", "bo"), data=b"xy"):
        return FaceSet(keys, labels, names, lambda i: data[i : i + 1]).fingerprint()

    prints = {
        changed(),
        changed(keys=("a", "c")),
        changed(labels=(1, 0)),
        changed(names=("anna", "eve")),
        changed(data=b"xz"),
    }
    assert len(prints) == 5
    assert changed() == changed() and len(changed()) == 64


def test_fingerprint_reads_no_more_than_its_samples():
    reads = []
    faces = FaceSet(list(map(str, range(100))), [0] * 100, ["anna"], lambda i: reads.append(i) or b"")
    faces.fingerprint(samples=7)
    assert len(reads) == 7 and reads[0] == 0 and reads[-1] == 99


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((["a"], [0, 1], ["anna", "bo"]), "labels"),
        (([], [], []), "no images"),
        ((["a", "b"], [0, 2], ["anna", "bo"]), "labels"),
        ((["a", "b"], [0, 0], ["anna", "bo"]), "labels"),
    ],
)
def test_sets_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        FaceSet(*arguments, lambda index: b"")


def test_on_error_is_checked():
    with pytest.raises(ValueError, match=r"on_error.*'ignore'"):
        three_people().load(on_error="ignore")
