"""Alignment: five points come to lie on ArcFace's template, whatever the turn, size and place of a face."""

import numpy as np
import pytest

from tfface.data import TEMPLATE, align
from tfface.data.alignment import similarity


def turned(points, degrees, scale, shift):
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return scale * points @ turn.T + shift


@pytest.mark.parametrize("degrees", [0, 30, -90, 180])
@pytest.mark.parametrize("scale", [0.5, 1.0, 7.0])
def test_similarity_finds_turn_scale_and_shift(degrees, scale):
    moved = turned(TEMPLATE, degrees, scale, (300, -20))
    found = similarity(moved, TEMPLATE)
    np.testing.assert_allclose(moved @ found[:, :2].T + found[:, 2], TEMPLATE, atol=1e-9)
    assert np.linalg.det(found[:, :2]) == pytest.approx(scale**-2)


def test_similarity_is_the_best_there_is():
    random = np.random.default_rng(0)
    source, target = random.normal(size=(5, 2)), random.normal(size=(5, 2))
    found = similarity(source, target)

    def error(matrix):
        return np.square(source @ matrix[:, :2].T + matrix[:, 2] - target).sum()

    for _ in range(200):
        a, b, x, y = random.normal(scale=1e-2, size=4)
        other = found + np.array([[a, -b, x], [b, a, y]])
        assert error(other) > error(found)


def test_mirrored_points_are_turned_not_mirrored():
    found = similarity(TEMPLATE * (-1, 1), TEMPLATE)
    assert np.linalg.det(found[:, :2]) > 0


@pytest.mark.parametrize("points", [np.ones((5, 2)), np.full((5, 2), np.nan), np.full((5, 2), np.inf)])
def test_points_that_are_none(points):
    with pytest.raises(ValueError, match="points: expected finite points that are not all the same"):
        align(np.zeros((9, 9, 3), np.uint8), points)


@pytest.mark.parametrize("degrees, scale", [(0, 1.0), (25, 1.7), (-60, 3.3), (170, 6.0), (10, 0.6)])
def test_points_land_on_the_template(degrees, scale):
    """A bright spot at each point is found there after alignment, to a fraction of a pixel."""
    points = turned(TEMPLATE - 60, degrees, scale, (600, 580))
    y, x = np.mgrid[:1200, :1200]
    for point, wanted in zip(points, TEMPLATE, strict=True):
        spot = np.exp(-((x - point[0]) ** 2 + (y - point[1]) ** 2) / (2 * (2 * scale) ** 2))
        aligned = align(np.repeat((255 * spot).astype(np.uint8)[..., None], 3, axis=2), points)[..., 0].astype(float)
        rows, columns = np.mgrid[:112, :112]
        place = (aligned * columns).sum() / aligned.sum(), (aligned * rows).sum() / aligned.sum()
        np.testing.assert_allclose(place, wanted, atol=0.1)


def test_other_sizes_scale_the_template():
    image = np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype=np.uint8)
    aligned = align(image, 2 * TEMPLATE, size=224).astype(int)
    assert np.abs(aligned - image)[1:-1, 1:-1].max() <= 1


def test_large_faces_are_not_aliased():
    stripes = np.zeros((1200, 1200, 3), np.uint8)
    stripes[:, ::2] = 255
    inside = align(stripes, 6 * TEMPLATE + 200)[20:90, 20:90].astype(int)
    assert np.all(abs(inside - 127) < 3)


def test_outside_is_black():
    aligned = align(np.full((50, 50, 3), 200, np.uint8), TEMPLATE - 30)
    assert aligned[10:20, 5:20].max() == 0 and aligned[40, 60].tolist() == [200] * 3
