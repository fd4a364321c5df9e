"""Intervals cover what they should; curves keep what a ROC says in few points."""

import json

import numpy as np
import pytest

from tfface.evaluation import verification_from_distances
from tfface.evaluation.interval import of_auc, of_share


@pytest.mark.parametrize(
    ("share", "count", "low", "high"),
    [(0.0, 10, 0.0, 0.2775), (1.0, 10, 0.7225, 1.0), (0.5, 10, 0.2366, 0.7634), (0.98, 6000, 0.9761, 0.9832)],
)
def test_wilson(share, count, low, high):
    assert of_share(share, count) == pytest.approx((low, high), abs=1e-4)


def test_the_area_of_drawn_scores_lies_in_its_interval_as_often_as_it_says():
    rng = np.random.default_rng(0)
    within = 0
    for _ in range(400):
        genuine, impostor = rng.normal(1.0, 1.0, 60), rng.normal(0.0, 1.0, 80)
        auc = (genuine[:, None] > impostor).mean()
        low, high = of_auc(float(auc), 60, 80)
        within += low <= 0.7602 <= high  # Φ(1/√2)
    assert 0.91 < within / 400 < 0.985


@pytest.mark.parametrize("count", [40, 20_000])
def test_curves(count):
    rng = np.random.default_rng(0)
    same = rng.random(count) < 0.4
    distances = np.clip(np.where(same, rng.normal(0.9, 0.3, count), rng.normal(1.7, 0.3, count)), 0, 4)
    result = verification_from_distances(distances, same, folds=2)
    curves = json.loads(json.dumps(result.curves()))
    far, tar = np.array(curves["roc"]["far"]), np.array(curves["roc"]["tar"])
    assert len(far) == len(tar) <= 500 and np.all(np.diff(far) >= 0) and np.all(np.diff(tar) >= 0)
    assert (far[0], tar[0], far[-1], tar[-1]) == (0, 0, 1, 1)
    for rate in (0.0, 1e-3, 1e-2, 0.1, 0.5):  # read off as from the whole curve, nothing interpolated
        assert tar[far <= rate][-1] == pytest.approx(result.curve.tar_at(rate), abs=0.005)
    for kind, expected in (("genuine", same), ("impostor", ~same)):
        scores = curves["scores"][kind]
        assert sum(scores["counts"]) == expected.sum() and len(scores["edges"]) == len(scores["counts"]) + 1
        again, _ = np.histogram(1 - distances[expected] / 2, scores["edges"])
        assert np.abs(again - scores["counts"]).sum() <= 2


def test_one_distance_only():
    result = verification_from_distances([0.5, 0.5, 0.5, 0.5], [True, False, True, False], folds=2)
    assert result.curves()["roc"] == {"far": [0.0, 1.0], "tar": [0.0, 1.0]}
    assert all(low <= high for low, high in result.intervals().values())
