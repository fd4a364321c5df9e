"""The exact search, its blocks, FAISS beside it, and thresholds."""

import numpy as np
import pytest

from tfface.serving import Gallery, threshold_for
from tfface.serving.gallery import search
from tfface.serving.gallery.search import nearest_people


def units(count, size=8, seed=0):
    rows = np.random.default_rng(seed).normal(size=(count, size))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def slow_search(probes, faces, people, k):
    """Person by person."""
    cosines = probes @ faces.T
    best = np.stack([cosines[:, people == person].max(axis=1) for person in range(people.max() + 1)], axis=1)
    order = np.argsort(-best, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(best, order, axis=1)


@pytest.mark.parametrize("k", [1, 3, 12])
@pytest.mark.parametrize("block", [1, 5, 16, 1000])
def test_blocks_and_parts_make_no_difference(monkeypatch, k, block):
    monkeypatch.setattr(search, "_FACES", block)
    monkeypatch.setattr(search, "_PROBES", 4)
    faces = units(60)
    people = np.concatenate([np.sort(np.random.default_rng(part).permutation(np.arange(30) % 12)) for part in range(2)])
    found = nearest_people(units(9, seed=1), [faces[:30], faces[30:]], people, k)
    expected, cosines = slow_search(units(9, seed=1), faces, people, k)
    np.testing.assert_array_equal(people[found.rows], expected)
    np.testing.assert_allclose(found.cosines, cosines, atol=1e-6)


def test_of_equal_faces_the_first_counts():
    faces = np.tile(units(1), (6, 1))
    found = nearest_people(units(1), [faces[:4], faces[4:]], np.array([0, 0, 1, 2, 2, 3]), 3)
    np.testing.assert_array_equal(found.rows, [[0, 2, 3]])


def test_where_there_are_fewer_people_the_rest_is_nobody():
    found = nearest_people(units(2), [units(3)], np.array([0, 0, 1]), 4)
    assert (found.rows[:, 2:] == -1).all() and (found.rows[:, :2] >= 0).all()


def test_faiss_finds_the_same(tmp_path):
    pytest.importorskip("faiss")
    gallery = Gallery.create(tmp_path / "g", 8)
    gallery.add([f"p{row % 50}" for row in range(200)], units(200))
    exact = gallery.search(units(20, seed=3), k=4)
    for kind in ("Flat", "HNSW32"):
        gallery.index(kind)
        for ours, theirs in zip(gallery.search(units(20, seed=3), k=4), exact, strict=True):
            assert [match.name for match in ours] == [match.name for match in theirs]
            np.testing.assert_allclose([m.cosine for m in ours], [m.cosine for m in theirs], atol=1e-6)
    with pytest.raises(ValueError, match="FAISS refuses 'Nonsense'"):
        gallery.index("Nonsense")
    gallery.index(None)
    assert gallery.search(units(20, seed=3), k=4) == exact


def test_a_threshold_lets_no_more_through_than_wanted():
    faces, people = units(1500, size=16), np.arange(1500) // 3
    cosines = (faces @ faces.T)[np.triu_indices(1500, 1)]
    same = (people[:, None] == people)[np.triu_indices(1500, 1)]
    found = threshold_for(faces, people, false_match_rate=1e-3)
    assert found.impostors == (~same).sum()
    assert found.false_matches == (cosines[~same] > found.cosine).sum() == np.floor(1e-3 * found.impostors)
    assert found.false_non_match_rate == pytest.approx((cosines[same] <= found.cosine).mean(), abs=1e-3)
    assert found.trusted and not threshold_for(faces[:90], people[:90], 5e-3).trusted


def test_ties_are_on_the_safe_side():
    faces = np.tile(units(1), (40, 1))
    found = threshold_for(faces, np.arange(40), 0.1)
    assert found.false_matches == 0 and found.false_non_match_rate is None


def test_pairs_too_few_for_a_rate_are_refused():
    with pytest.raises(ValueError, match=r"45 pairs of different people cannot show a rate of 0\.001; at least 1000"):
        threshold_for(units(10), np.arange(10), 1e-3)
    with pytest.raises(ValueError, match="above 0 and below 1, got 1"):
        threshold_for(units(10), np.arange(10), 1)
