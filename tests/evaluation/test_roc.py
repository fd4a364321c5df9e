"""The ROC against scikit-learn, and by hand where scores are tied."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from tfface.evaluation import Roc


@pytest.mark.parametrize("decimals", [12, 1, 0])  # the fewer, the more ties
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_scikit_learn(decimals, seed):
    rng = np.random.default_rng(seed)
    same = rng.random(500) < 0.3
    distances = np.round(rng.normal(2 - same, 1), decimals)
    roc = Roc.of(distances, same)
    far, tar, _ = roc_curve(same, -distances, drop_intermediate=False)
    np.testing.assert_allclose(roc.far, far)
    np.testing.assert_allclose(roc.tar, tar)
    assert roc.auc == pytest.approx(roc_auc_score(same, -distances))


def test_by_hand_with_a_tie():
    # accepted in this order: genuine, {genuine, impostor}, impostor, genuine
    roc = Roc.of(np.array([0.4, 0.2, 0.2, 0.1, 0.3]), np.array([True, True, False, True, False]))
    np.testing.assert_allclose(roc.far, [0, 0, 0.5, 1, 1])
    np.testing.assert_allclose(roc.tar, [0, 1 / 3, 2 / 3, 2 / 3, 1])
    np.testing.assert_array_equal(roc.thresholds, [-np.inf, 0.1, 0.2, 0.3, 0.4])
    assert roc.auc == pytest.approx((1 + 0.5 + 0 + 1 + 1 + 0) / 6)  # wins of the six genuine-impostor duels
    # between (0, 1/3) and (1/2, 2/3): FAR = t/2, TAR = (1 + t)/3, equal errors at t = 4/5
    assert roc.eer == pytest.approx(0.4)


def test_tar_at_far_takes_whole_ties_and_interpolates_nothing():
    roc = Roc.of(np.array([0.1, 0.2, 0.2, 0.3, 0.4]), np.array([True, True, False, True, False]))
    assert roc.tar_at(0.49) == pytest.approx(1 / 3)  # the tie at 0.2 would let one impostor of two in
    assert roc.tar_at(0.5) == pytest.approx(1.0)
    assert Roc.of(np.array([0.1, 0.1]), np.array([True, False])).tar_at(0.9) == 0


def test_order_of_tied_pairs_is_nothing():
    distances, same = np.array([1.0, 1, 1, 1]), np.array([True, True, False, False])
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [0, 2, 1, 3]):
        roc = Roc.of(distances[order], same[order])
        assert (roc.auc, roc.eer, roc.tar_at(0.5)) == (0.5, 0.5, 0.0)


@pytest.mark.parametrize("swap, auc, eer", [(False, 1.0, 0.0), (True, 0.0, 1.0)])
def test_perfect_and_perfectly_wrong(swap, auc, eer):
    roc = Roc.of(np.array([0.1, 0.2, 0.8, 0.9]), np.array([True, True, False, False]) ^ swap)
    assert roc.auc == auc and roc.eer == pytest.approx(eer)
