"""Open-set identification by hand, with ties, and against a slow count; distractors in pieces and all at once."""

import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from tfface.evaluation import digest, distractors, open_set
from tfface.evaluation.nearest_rows import NearestOfRows


def at(*degrees):
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_by_hand():
    # gallery a 0°, b 90°, c 180°; mated: a at 5°, a at 50° (taken for b), c at 200°; strangers: 45° off at most
    gallery, ids = at(0, 90, 180), ["a", "b", "c"]
    probes, who = at(5, 50, 200, 75, 130, 270), ["a", "a", "c", "x", "y", "z"]
    result = open_set(gallery, ids, probes, who, far=(0.3, 0.4, 0.7, 1.0))
    # strangers' best cosines: cos 15°, cos 40°, cos 90°; a third of them may be above the threshold
    assert result.thresholds == pytest.approx(
        {0.3: np.cos(np.pi / 12), 0.4: np.cos(np.pi / 4.5), 0.7: 0, 1.0: -np.inf}, abs=1e-9
    )
    assert result.dir_at_far == {0.3: 1 / 3, 0.4: 2 / 3, 0.7: 2 / 3, 1.0: 2 / 3}
    assert result.dir_at(1.0, rank=2) == 1.0
    np.testing.assert_allclose(result.cmc, [2 / 3, 1, 1])
    assert (result.mated, result.strangers, result.identities) == (3, 3, 3)
    assert "dir@far=0.3 33.33%" in repr(result) and result.to_dict()["dir_at_far"]["0.3"] == 1 / 3
    assert result.intervals()["rank-1"].low < 2 / 3


def test_strangers_of_equal_score_are_refused_together_and_ties_count_against_the_model():
    result = open_set(at(0, 90), [0, 1], at(0, 45, 45, 45), [0, 1, 7, 8], far=(0.5, 0.9))
    assert result.thresholds == pytest.approx({0.5: np.cos(np.pi / 4), 0.9: np.cos(np.pi / 4)})
    assert result.ranks.tolist() == [1, 2]  # 45° is as near to both
    assert result.dir_at_far == {0.5: 0.5, 0.9: 0.5}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"probe_labels": ["a", "b"]}, "probes: expected mated ones and strangers, got 2 and 0"),
        ({"probe_labels": ["x", "y"]}, "got 0 and 2"),
        ({"probe_labels": ["a"]}, "probe_labels: expected shape"),
        ({"gallery_labels": ["a"]}, "gallery_labels: expected shape"),
        ({"probes": np.eye(3)[:2]}, "gallery, probes: expected the same D"),
        ({"probes": np.full((2, 2), np.nan)}, "probes: expected finite"),
        ({"far": [2.0]}, "far: expected rates"),
    ],
)
def test_what_cannot_be_searched(arguments, message):
    given = {"gallery": at(0, 90), "gallery_labels": ["a", "b"], "probes": at(1, 2), "probe_labels": ["a", "x"]}
    with pytest.raises(ValueError, match=message):
        open_set(**{**given, **arguments})


@pytest.mark.parametrize("pieces", [1, 3, 171, 1000])
def test_nearest_of_rows_in_pieces(pieces):
    scores = np.random.default_rng(0).integers(-50, 50, (20, 1000)).astype(np.float32) / 60
    nearest = NearestOfRows(20, 4)
    for start in range(0, 1000, pieces):
        tile = scores[:, start : start + pieces]
        rows, columns = np.nonzero(tile > nearest.floors)
        nearest.take(rows, tile[rows, columns])
    np.testing.assert_array_equal(nearest.scores, np.sort(scores, axis=1)[:, :-5:-1])


def slow(probes, labels, strangers, far):
    probes, strangers = (one / np.linalg.norm(one, axis=1, keepdims=True) for one in (probes, strangers))
    impostors = probes @ strangers.T
    pairs = [(i, j) for i in range(len(labels)) for j in range(len(labels)) if i != j and labels[i] == labels[j]]
    own = np.array([probes[i] @ probes[j] for i, j in pairs])
    ranks = np.array([1 + (impostors[i] >= score).sum() for (i, _), score in zip(pairs, own, strict=True)])
    allowed = int(far * impostors.size + 1e-9)
    return ranks, np.mean(own > np.sort(impostors.ravel())[-allowed - 1])


@pytest.mark.parametrize("at_once", [8192, 37])
def test_among_distractors_as_counted_slowly(at_once, monkeypatch):
    monkeypatch.setattr(sys.modules["tfface.evaluation.distractors"], "_AT_ONCE", at_once)
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(6), 4)
    probes = rng.normal(size=(6, 8))[labels] + 0.8 * rng.normal(size=(24, 8))
    strangers = 3 * rng.normal(size=(500, 8))
    ranks, tar = slow(probes, labels, strangers, 1e-3)
    result = distractors(probes, labels, strangers, far=(1e-3, 1.0), ranks=7)
    np.testing.assert_array_equal(result.ranks, np.minimum(ranks, 8))
    assert result.tar_at_far == {1e-3: tar, 1.0: 1.0}
    np.testing.assert_allclose(result.cmc, [np.mean(ranks <= k) for k in range(1, 8)])
    assert f"{len(ranks)} searches of 24 probes among 500 distractors" in repr(result)


def test_nan_in_any_piece_is_refused_and_blas_has_its_threads_again():
    threads = [library["num_threads"] for library in threadpool_info()]
    strangers = np.ones((3000, 2))
    strangers[2900] = np.nan
    with pytest.raises(ValueError, match="strangers: expected finite"):
        distractors(at(0, 1), [0, 0], strangers)
    assert [library["num_threads"] for library in threadpool_info()] == threads


def test_distractors_that_tie_come_before_the_mate():
    result = distractors(at(0, 10), [0, 0], at(10, 90, 200), far=(0.5,), ranks=2)
    assert result.ranks.tolist() == [2, 2]  # for the probe at 0°, the mate and a stranger stand at 10°
    collapsed = distractors(np.ones((4, 3)), [0, 0, 1, 1], np.ones((50, 3)), far=(0.1,), ranks=3)
    assert collapsed.cmc.tolist() == [0, 0, 0] and collapsed.tar_at_far == {0.1: 0.0}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": [0, 1, 2, 3]}, "labels: no identity has two images"),
        ({"strangers": np.ones((9, 3))}, "strangers: expected shape"),
        ({"strangers": np.ones((2, 2))}, "strangers: expected shape"),
        ({"strangers": np.full((20, 2), np.inf)}, "strangers: expected finite"),
        ({"probes": np.ones(4)}, "probes: expected embeddings of shape"),
    ],
)
def test_distractors_that_cannot_be(arguments, message):
    given = {"probes": at(0, 1, 2, 3), "labels": [0, 0, 1, 1], "strangers": np.ones((20, 2))}
    with pytest.raises(ValueError, match=message):
        distractors(**{**given, **arguments})


def test_digests_tell_arrays_and_texts_apart():
    assert digest(["a", "b"]) != digest(["ab"]) and digest([1, 2]) != digest([[1, 2]])
    assert digest(np.arange(3)) == digest(np.arange(3)) and len(digest("x")) == 16
