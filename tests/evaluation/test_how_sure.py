"""Intervals by identity, comparison of two models, groups and calibration."""

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from tfface.evaluation import (
    Fingerprint,
    by_group,
    calibrate,
    calibration,
    compare_models,
    mcnemar,
    retrieval,
    verification_by_group,
    verification_from_distances,
)


def pairs_of(people, images, noise, seed=0):
    """Distances of all pairs of some people; each person is told apart as well as he is, on all his pairs."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), images)
    hard = rng.normal(size=people)
    first, second = np.triu_indices(len(who), 1)
    same = who[first] == who[second]
    distances = np.where(same, 1.0, 2.0) + 0.4 * noise * (hard[who[first]] + hard[who[second]])
    distances += 0.3 * rng.normal(size=len(same))
    order = rng.permutation(len(same))
    return distances[order], same[order], np.stack([who[first], who[second]], axis=1)[order]


def test_draws_are_rocs_of_people_drawn_again():
    distances, same, people = pairs_of(8, 4, 1.0)
    distances = np.round(distances, 1)  # ties
    result = verification_from_distances(distances, same, folds=5, far=(0.1,), people=people)
    drawn = result.pairs.redrawn((0.1,), draws=20, seed=3)
    random = np.random.default_rng(3)
    for draw, who in enumerate(random.integers(8, size=(20, 8))):
        times = np.bincount(who, minlength=8)
        weights = np.where(same, times[people[:, 0]], times[people[:, 0]] * times[people[:, 1]])
        again = verification_from_distances(np.repeat(distances, weights), np.repeat(same, weights), 2, (0.1,))
        assert drawn["auc"][draw] == pytest.approx(again.auc)
        assert drawn["auc"][draw] == pytest.approx(roc_auc_score(same, -distances, sample_weight=weights))
        assert drawn["eer"][draw] == pytest.approx(again.eer)
        assert drawn["tar_at_far/0.1"][draw] == again.tar_at_far[0.1]
        assert drawn["accuracy"][draw] == pytest.approx(np.average(result.pairs.correct, weights=weights))


def test_intervals_by_identity_are_wider_where_people_differ():
    distances, same, people = pairs_of(30, 4, 1.0)
    named = verification_from_distances(distances, same, people=people).intervals()
    plain = verification_from_distances(distances, same).intervals()
    assert named["auc"].high - named["auc"].low > 1.5 * (plain["auc"].high - plain["auc"].low)
    for figure in ("accuracy", "auc", "eer"):
        assert named[figure].low < plain[figure].high and named[figure].high > plain[figure].low


def test_shares_that_hang_on_few_pairs_are_wilsons():
    distances, same, people = pairs_of(12, 3, 0.0)
    result = verification_from_distances(distances - 0.9 * same, same, people=people)
    plain = verification_from_distances(distances - 0.9 * same, same)
    for figure in ("accuracy", "eer", "tar_at_far/0.01"):
        assert result.intervals()[figure] == plain.intervals()[figure]
    assert result.tar_at_far[0.01] == 1 and result.intervals()["tar_at_far/0.01"].low < 0.95


@pytest.mark.parametrize("people", [np.zeros((5, 2)), np.zeros(6)])
def test_people_have_to_be_those_of_the_pairs(people):
    with pytest.raises(ValueError, match="people: expected shape"):
        verification_from_distances(np.arange(6.0), [1, 0] * 3, 2, people=people)
    with pytest.raises(ValueError, match="people: 1 pairs are not what `same` says, first pair 1: 7 and 7, same False"):
        verification_from_distances(np.arange(4.0), [1, 0, 1, 0], 2, people=[(1, 1), (7, 7), (2, 2), (3, 4)])


def test_mcnemar_by_hand():
    assert mcnemar(1, 7) == pytest.approx(2 * 9 / 2**8)
    assert mcnemar(0, 0) == 1 and mcnemar(5, 5) == 1 and mcnemar(400, 300) < 0.001


def test_two_models_on_the_same_pairs():
    distances, same, people = pairs_of(20, 4, 0.3)
    rng = np.random.default_rng(1)
    worse = distances + 0.8 * rng.normal(size=len(same))
    first, second = (verification_from_distances(d, same, people=people) for d in (worse, distances))
    found = compare_models(first, second, draws=200)
    assert found.difference["accuracy"] == second.accuracy - first.accuracy
    assert found.interval["auc"].low > 0 and found.p_value["auc"] == 1 / 200 and found.p_value["accuracy"] < 1e-6
    assert found.only_second > found.only_first and "McNemar" not in repr(found)
    alike = compare_models(first, verification_from_distances(worse + 1e-9, same, people=people), draws=200)
    assert alike.p_value["auc"] == 1 and alike.difference["auc"] == pytest.approx(0)
    json.dumps(found.to_dict())


def test_pairs_of_unknown_people_are_drawn_for_both_models_alike():
    distances, same, _ = pairs_of(20, 4, 0.3)
    first = verification_from_distances(distances, same)
    moved = verification_from_distances(np.sqrt(distances + 1) - 1, same)  # other distances in the same order
    turned = verification_from_distances(3.9 - distances, ~same)
    assert compare_models(first, moved, draws=50).interval["auc"] == (0, 0)
    draws = [one.pairs.redrawn((), 50, 0)["auc"] for one in (first, turned)]
    np.testing.assert_allclose(*draws)


def test_models_are_compared_on_the_same_pairs_only():
    distances, same, people = pairs_of(6, 3, 0.3)
    result = verification_from_distances(distances, same, people=people)
    with pytest.raises(ValueError, match="second: expected a result of the same pairs"):
        compare_models(result, verification_from_distances(distances[:-1], same[:-1]))
    with pytest.raises(ValueError, match=r"second: expected TAR at \[0\.01\], got \[0\.1\]"):
        compare_models(result, verification_from_distances(distances, same, far=(0.1,)))
    marked = [result.marked(Fingerprint(flip=flip, model=flip)) for flip in ("none", "sum")]
    assert compare_models(*marked, draws=10).differing == {"flip": ("none", "sum")}
    assert marked[0].to_dict()["fingerprint"]["flip"] == "none" and "fingerprint" not in result.to_dict()


def test_groups_at_one_threshold():
    # the threshold that lets a quarter of all impostors in, 0.5, is the same for both groups
    distances = [0.1, 0.4, 0.6, 0.9, 0.1, 0.2, 0.5, 0.8]
    same = [1, 1, 1, 1, 0, 0, 0, 0]
    result = verification_from_distances(distances, same, folds=2, thresholds=[0.5])
    found = verification_by_group(result, list("aabbabab"), far=0.25)
    assert found.groups["a"] == {"accuracy": 0.75, "fnmr": 0.5, "fmr": 0.5, "tar@far=0.25": 0.0}
    assert found.groups["b"] == {"accuracy": 0.25, "fnmr": 1.0, "fmr": 0.0, "tar@far=0.25": 0.0}
    assert found.gap("fmr") == 0.5 and found.figures()["gap in fnmr"] == 0.5
    assert "2 groups: a, b" in repr(found) and json.dumps(found.to_dict())
    low, high = found.intervals()["a/fmr"]
    assert low < 0.5 < high
    with pytest.raises(ValueError, match="figure: expected one of accuracy, fmr, fnmr"):
        found.gap("beauty")


def test_pairs_across_groups_are_left_out():
    result = verification_from_distances([0.1, 0.9, 0.2, 0.8], [1, 0, 1, 0], folds=2)
    found = verification_by_group(result, [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")], far=0.5)
    assert found.counts["a"] == {"accuracy": 1, "fnmr": 1} and found.counts["b"]["accuracy"] == 2
    with pytest.raises(ValueError, match="groups: expected pairs within a group, got none"):
        verification_by_group(result, [("a", "b")] * 4)
    with pytest.raises(ValueError, match=r"groups: expected shape \(4,\)"):
        verification_by_group(result, ["a"])


def test_any_protocol_by_group():
    rng = np.random.default_rng(0)
    labels, embeddings = np.repeat(np.arange(6), 4), rng.normal(size=(24, 3))
    found = by_group(lambda rows: retrieval(embeddings[rows], labels[rows]), np.where(labels < 3, "a", "b"))
    assert found.groups["b"] == retrieval(embeddings[12:], labels[12:]).figures()


def test_calibration_is_a_logistic_regression():
    rng = np.random.default_rng(0)
    same = rng.random(3000) < 0.2
    scores = rng.normal(size=3000) + 2 * same
    weights = np.where(same, 1 / same.sum(), 1 / (~same).sum())
    targets = np.where(same, (same.sum() + 1) / (same.sum() + 2), 1 / ((~same).sum() + 2))
    both = [
        np.tile(scores, 2)[:, None],
        np.repeat([1, 0], 3000),
        np.concatenate([weights * targets, weights * (1 - targets)]),
    ]
    theirs = LogisticRegression(C=1e12, tol=1e-12).fit(*both)
    ours = calibrate(scores, same)
    assert (ours.slope, ours.offset) == pytest.approx((theirs.coef_[0, 0], theirs.intercept_[0]), rel=1e-4)
    # scores of this kind have a log-likelihood ratio of 2 s − 2
    assert (ours.slope, ours.offset) == pytest.approx((2, -2), abs=0.2)
    assert ours.probability(1.0, prior=0.01) == pytest.approx(0.01, abs=0.003)


def test_how_good_probabilities_are():
    rng = np.random.default_rng(0)
    same = np.arange(4000) % 2 == 0
    good, none = calibration(rng.normal(size=4000) + 2 * same, same), calibration(rng.normal(size=4000), same)
    assert good.ece < 0.03 and good.brier < 0.13 and 0.4 < good.cllr < 0.6
    assert none.cllr == pytest.approx(1, abs=0.01) and none.brier == pytest.approx(0.25, abs=0.005)
    # probabilities that are surer than they may be: the logit of true ones, trebled and bent
    bent = calibration(np.sign(s := rng.normal(size=4000) + 2 * same - 1) * np.abs(s) ** 4, same)
    assert bent.ece > 3 * good.ece
    assert sum(good.bins[:, 2]) == 4000 and json.dumps(good.to_dict())


def test_pairs_told_apart_wholly_give_finite_probabilities():
    found = calibrate([3.0, 2.0, 1.0, 0.0], [True, True, False, False])
    assert 0.5 < found.probability(3.0) < 1 and np.isfinite(found.slope)


@pytest.mark.parametrize("scores", [[0.1, np.nan, 0.3, 0.4], [0.1]])
def test_scores_that_cannot_be_calibrated(scores):
    with pytest.raises(ValueError, match=r"scores|same"):
        calibrate(scores, [True, False, True, False])
