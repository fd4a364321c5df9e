"""Statistics of how embeddings fill their space, against their definitions and cases that are known."""

import itertools

import numpy as np
import pytest

from tfface.evaluation import active_triplets, class_angles, effective_rank, embedding_spread, pair_distances

rng = np.random.default_rng(0)
CLOUD = rng.normal(size=(400, 32)) * rng.uniform(0.1, 10, (400, 1))
POINT = np.ones((20, 8)) * rng.uniform(0.1, 10, (20, 1))


def test_spread_is_1_on_the_sphere_and_0_at_a_point():
    assert embedding_spread(CLOUD) == pytest.approx(1, abs=0.02)
    assert embedding_spread(POINT) == pytest.approx(0, abs=1e-12)
    line = CLOUD.copy()
    line[:, 8:] = 0
    assert embedding_spread(line) == pytest.approx(np.sqrt(8 / 32), abs=0.02)  # a quarter of the dimensions


def test_spread_falls_as_embeddings_draw_together():
    spreads = [embedding_spread(CLOUD + offset * np.eye(32)[0]) for offset in (0, 10, 100, 1000)]
    assert spreads == sorted(spreads, reverse=True) and spreads[-1] < 0.05


def test_distances_of_pairs():
    points = CLOUD[:9] / np.linalg.norm(CLOUD[:9], axis=1, keepdims=True)
    expected = [np.linalg.norm(a - b) for a, b in itertools.combinations(points, 2)]
    np.testing.assert_allclose(pair_distances(CLOUD[:9]), expected, rtol=1e-9)
    assert pair_distances(POINT).max() < 1e-7
    assert pair_distances(CLOUD).mean() == pytest.approx(np.sqrt(2), abs=0.02)


def test_effective_rank_counts_the_dimensions_in_use():
    assert effective_rank(POINT) == pytest.approx(1)
    assert effective_rank(np.repeat(np.eye(8)[:3], 5, axis=0)) == pytest.approx(3)
    assert 30 < effective_rank(CLOUD) <= 32
    assert effective_rank(np.zeros((4, 3))) == 1  # of an empty sum


def slow_share(points, labels, margin, distance):
    found = [
        distance(points[a], points[p]) - distance(points[a], points[n]) + margin > 0
        for a, p, n in itertools.permutations(range(len(labels)), 3)
        if labels[a] == labels[p] != labels[n]
    ]
    return np.mean(found)


SLOW = {
    "sqeuclidean": lambda a, b: np.sum((a - b) ** 2),
    "euclidean": lambda a, b: np.linalg.norm(a - b),
    "cosine": lambda a, b: 1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b),
    "angular": lambda a, b: np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)),
}


@pytest.mark.parametrize("distance", SLOW)
@pytest.mark.parametrize("normalize", [True, False])
def test_active_triplets(distance, normalize):
    points, labels = rng.normal(size=(12, 3)), rng.integers(0, 4, 12)
    taken = points / np.linalg.norm(points, axis=1, keepdims=True) if normalize else points
    expected = slow_share(taken, labels, 0.3, SLOW[distance])
    assert 0 < expected < 1
    assert active_triplets(points, labels, 0.3, distance, normalize) == pytest.approx(expected)


def test_all_triplets_are_active_at_a_point_and_none_without_pairs():
    assert active_triplets(POINT, np.arange(20) % 4) == 1
    assert np.isnan(active_triplets(POINT, np.arange(20)))
    assert np.isnan(active_triplets(POINT, np.zeros(20)))


def test_class_angles():
    angles = np.radians([[20, 70, 90], [100, 10, 5], [60, 60, 180]])
    own, nearest = class_angles(np.cos(angles), [0, 1, 2])
    np.testing.assert_allclose(np.degrees(own), [20, 10, 180], atol=1e-4)
    np.testing.assert_allclose(np.degrees(nearest), [70, 5, 60], atol=1e-4)
    assert class_angles([[1.0000001, -1.0000001]], [0]).own == 0  # rounding beyond ±1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: embedding_spread(np.ones(3)), r"embeddings: expected .* \(N, D\)"),
        (lambda: effective_rank([[np.nan, 1]]), "embeddings: expected finite"),
        (lambda: active_triplets(POINT, [1, 2]), r"labels: expected shape \(20,\)"),
        (lambda: active_triplets(POINT, np.zeros(20), distance="l1"), "distance: expected one of 'sqeuclidean'"),
        (lambda: class_angles(np.ones((2, 1)), [0, 0]), "cosines: expected .* at least 2"),
        (lambda: class_angles(np.ones((2, 2)), [0, 2]), r"labels: expected class ids from 0 to 1, got 0\.\.2"),
        (lambda: class_angles(np.ones((2, 2)), [0]), "labels: expected shape"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
