"""K-fold verification against a plain transcription of the published procedure, and bad input."""

import json

import numpy as np
import pytest
from sklearn.model_selection import KFold

from tfface.evaluation import verification, verification_from_distances


def by_the_book(first, second, same, folds):
    """The steps of InsightFace's evaluation, one after another."""
    first = first / np.linalg.norm(first, axis=1, keepdims=True)
    second = second / np.linalg.norm(second, axis=1, keepdims=True)
    distances = np.sum((first - second) ** 2, axis=1)
    accuracies, chosen = [], []
    for train, test in KFold(folds).split(distances):
        scores = [np.mean((distances[train] < t) == same[train]) for t in np.arange(0, 4, 0.01)]
        chosen.append(np.arange(0, 4, 0.01)[np.argmax(scores)])
        accuracies.append(np.mean((distances[test] < chosen[-1]) == same[test]))
    return np.mean(accuracies), np.std(accuracies), chosen


def random_pairs(count, noise, seed=0):
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(2, count, 8)) * 3
    same = rng.random(count) < 0.5
    return first, np.where(same[:, None], first + noise * rng.normal(size=first.shape), second), same


@pytest.mark.parametrize("count, folds", [(300, 10), (101, 7), (10, 10), (50, 2)])
@pytest.mark.parametrize("noise", [1.0, 4.0])
def test_accuracy_is_that_of_the_published_procedure(count, folds, noise):
    first, second, same = random_pairs(count, noise)
    result = verification(first, second, same, folds)
    accuracy, std, thresholds = by_the_book(first, second, same, folds)
    assert result.accuracy == pytest.approx(accuracy, abs=1e-12)
    assert result.accuracy_std == pytest.approx(std, abs=1e-12)
    assert result.thresholds == pytest.approx(thresholds)


def test_threshold_of_a_fold_is_chosen_on_the_others():
    # Fold 1 is separable at 0.5 only, fold 2 at 1.5 only: each is judged by the other's threshold.
    distances = [0.405, 0.405, 0.6, 0.6, 1.405, 1.405, 1.6, 1.6]
    same = [True, True, False, False] * 2
    result = verification_from_distances(distances, same, folds=2)
    assert result.accuracy == 0.5
    np.testing.assert_allclose(result.thresholds, [1.41, 0.41])


def test_distance_at_the_threshold_is_an_impostor():
    result = verification_from_distances([0.0, 0.0, 4.0, 4.0], [1, 1, 0, 0], folds=2)
    assert result.thresholds == pytest.approx((0.0, 0.01))  # training on impostors only: 0 rejects them all
    assert result.accuracy == 0.5


def test_result_reads_well_and_goes_to_json():
    first, second, same = random_pairs(200, 2.0)
    result = verification(first, second, same, far=(1e-1, 1e-2))
    text = repr(result)
    assert "\n" not in text and "±" in text and "TAR@FAR=0.01" in text
    assert f"{same.sum()} genuine, {(~same).sum()} impostor pairs" in text
    figures = json.loads(json.dumps(result.to_dict()))
    assert figures["accuracy"] == result.accuracy and len(figures["thresholds"]) == 10
    assert figures["tar_at_far"] == {"0.1": result.tar_at_far[0.1], "0.01": result.tar_at_far[0.01]}
    far, tar = result.roc()
    assert far[0] == tar[0] == 0 and far[-1] == tar[-1] == 1 and len(far) == len(tar)


def test_lengths_of_embeddings_do_not_matter():
    first, second, same = random_pairs(100, 2.0)
    scaled, plain = verification(first * 1e-6, second * 1e6, same), verification(first, second, same)
    assert (scaled.accuracy, scaled.thresholds) == (plain.accuracy, plain.thresholds)
    np.testing.assert_allclose(scaled.roc(), plain.roc())


def test_zero_vectors_and_duplicates_are_no_accident():
    first, second, same = random_pairs(40, 1.0)
    first[:4], second[2:6] = 0, 0
    assert 0 <= verification(first, second, same).accuracy <= 1
    same = np.arange(20) % 2 == 0
    collapsed = verification(np.ones((20, 3)), np.ones((20, 3)), same)
    assert (collapsed.accuracy, collapsed.auc, collapsed.eer) == (0.5, 0.5, 0.5)
    assert collapsed.tar_at_far == {0.01: 0.0}


def test_thresholds_for_other_distances():
    result = verification_from_distances([10, 90, 10, 80], [1, 0, 1, 0], 2, thresholds=np.arange(100))
    assert result.accuracy == 1.0


good = random_pairs(40, 1.0)
first, second, same = good
with_nan = first.copy()
with_nan[3, 2] = np.nan


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((first, second, np.ones(40, bool)), "same: expected genuine and impostor pairs, got only True"),
        ((first, second, np.zeros(40, bool)), "got only False"),
        ((first, second, same[:5]), "same: expected one for each of 40 pairs"),
        ((first, second, np.arange(40)), "same: expected True or False"),
        (
            (first, second[:, :3], same),
            r"first, second: expected the same shape, got \(40, 8\) and \(40, 3\)",
        ),
        ((first[0], second[0], same), "first: expected embeddings of shape"),
        ((with_nan, second, same), "first: expected finite numbers.* in 1 of 40 rows, first in row 3"),
        ((first, with_nan * np.inf, same), "second: expected finite numbers"),
        ((first, second, same, 41), r"folds: expected 2\.\.40"),
        ((first, second, same, 1), "folds"),
        ((first, second, same, 10, (0,)), "far: expected rates"),
        ((first, second, same, 10, (1.5,)), "far: expected rates"),
        ((first[:0], second[:0], same[:0]), "folds"),
    ],
)
def test_input_that_cannot_be_judged(arguments, message):
    with pytest.raises(ValueError, match=message):
        verification(*arguments)


@pytest.mark.parametrize("distances", [[0.1, np.nan], [[0.1, 0.2]], [0.1]])
def test_distances_that_cannot_be_judged(distances):
    with pytest.raises(ValueError, match=r"distances|same"):
        verification_from_distances(distances, [True, False], folds=2)
