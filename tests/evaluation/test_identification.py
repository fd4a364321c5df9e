"""Closed-set identification by hand, with ties, and bad input."""

import json

import numpy as np
import pytest

from tfface.evaluation import identification, leave_one_out


def at(*degrees):
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_first_image_of_each_identity_is_the_gallery():
    # gallery: 0° (a), 90° (b), 180° (c); probes: 10° a, 60° a, 170° b, 100° c
    embeddings = at(0, 10, 60, 90, 170, 180, 100)
    result = identification(embeddings * 7, ["a", "a", "a", "b", "b", "c", "c"])
    np.testing.assert_allclose(result.cmc, [0.25, 1.0, 1.0])
    assert (result.rank1, result.rank(2), result.rank(99)) == (0.25, 1.0, 1.0)
    assert (result.identities, result.probes) == (3, 4)
    assert "rank-1 25.00%" in repr(result) and "\n" not in repr(result)
    assert json.loads(json.dumps(result.to_dict()))["cmc"] == [0.25, 1.0, 1.0]


def test_identity_scores_by_its_nearest_image_and_counts_once():
    # the probe (a, 0°) is near two images of b, but they are one identity: rank 2
    result = identification(at(0, 5, 6, 30, 200), [0, 1, 1, 0, 2], gallery=[1, 2, 3, 4], probes=[0])
    np.testing.assert_allclose(result.cmc, [0, 1, 1])


def test_ties_count_against_the_model():
    assert identification(np.ones((6, 4)), [0, 0, 1, 1, 2, 2]).cmc.tolist() == [0, 0, 1]
    assert leave_one_out(np.ones((6, 4)), [0, 0, 1, 1, 2, 2]).rank1 == 0


def test_leave_one_out():
    result = leave_one_out(at(0, 10, 100, 104, 107), [0, 0, 1, 2, 1])
    assert result.probes == 4  # identity 2 has one image: nobody to find, but somebody to take for another
    np.testing.assert_allclose(result.cmc, [0.5, 1.0, 1.0])


def test_many_probes_as_one_by_one():
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(50), 50)
    embeddings = rng.normal(size=(50, 6))[labels] + rng.normal(size=(2500, 6))
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    cosines = unit[::50] @ unit.T
    ranks = [np.sum(cosines[:, i] >= cosines[labels[i], i]) for i in range(2500) if i % 50]
    result = identification(embeddings, labels)
    np.testing.assert_allclose(result.cmc, [np.mean(np.array(ranks) <= k) for k in range(1, 51)])


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"labels": [0, 0, 1]}, "labels: expected shape"),
        ({"labels": [0, 1, 2, 3]}, "probes: none"),
        ({"labels": [0, 0, 1, 1], "gallery": [0]}, "probes: identity 1 is not in the gallery"),
        ({"labels": [0, 0, 1, 1], "gallery": [0, 2], "probes": [0, 1]}, "probes: image 0 is in the gallery"),
        ({"labels": [0, 0, 1, 1], "embeddings": at(0, np.nan, 2, 3)}, "embeddings: expected finite"),
        ({"labels": [0, 0, 1, 1], "embeddings": np.ones(4)}, "embeddings: expected embeddings of shape"),
    ],
)
def test_input_that_cannot_be_judged(arguments, message):
    with pytest.raises(ValueError, match=message):
        identification(**{"embeddings": at(0, 1, 2, 3), **arguments})


def test_leave_one_out_needs_two_images_of_somebody():
    with pytest.raises(ValueError, match="probes: none"):
        leave_one_out(at(0, 1), [0, 1])


def test_rank_zero_is_none():
    with pytest.raises(ValueError, match="k: expected at least 1"):
        identification(at(0, 1, 2, 3), [0, 0, 1, 1]).rank(0)
