"""All pairs of a set, exact to the pair: against the ROC of every pair listed, with ties and collapsed embeddings."""

import numpy as np
import pytest

from tfface.evaluation import Roc, all_pairs, greatest, identity_pairs
from tfface.evaluation.roc import accepted_at

RATES = (1.0, 0.5, 1e-1, 1e-2, 1e-3, 1e-4)


def listed(embeddings, labels):
    """The ROC of all pairs by float64 distances."""
    points = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    first, second = np.triu_indices(len(labels), 1)
    cosines = np.einsum("ij,ij->i", points[first], points[second])
    return Roc.of(2 - 2 * cosines, np.asarray(labels)[first] == np.asarray(labels)[second])


@pytest.mark.parametrize(("images", "people", "size"), [(500, 40, 16), (400, 4, 8), (300, 280, 32)])
@pytest.mark.parametrize("tile", [(1024, 8192), (64, 100)])
def test_as_if_every_pair_were_listed(images, people, size, tile, monkeypatch):
    monkeypatch.setattr(identity_pairs, "_ROWS", tile[0])
    monkeypatch.setattr(identity_pairs, "_COLUMNS", tile[1])
    rng = np.random.default_rng(images)
    labels = rng.integers(0, people, images)
    embeddings = 3 * (rng.normal(size=(people, size))[labels] + rng.normal(size=(images, size)))
    expected, result = listed(embeddings, labels), all_pairs(embeddings, labels, RATES, curve=True)
    assert result.tar_at_far == {rate: expected.tar_at(rate) for rate in RATES}  # to the pair
    assert result.auc == pytest.approx(expected.auc, abs=2e-6)
    assert result.eer == pytest.approx(expected.eer, abs=1e-4)
    assert result.genuine + result.impostors == images * (images - 1) // 2
    assert [result.curve.tar_at(rate) for rate in RATES] == pytest.approx([expected.tar_at(rate) for rate in RATES])


def test_pairs_of_equal_score_are_accepted_together():
    # six impostor pairs of cosine 1 among sixteen, and genuine ones of cosine 1 that no threshold tells from them
    embeddings = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [1, 0], [0, 1], [1, 0]], np.float32)
    labels = [0, 0, 1, 1, 2, 2, 3]
    expected = listed(embeddings, labels)
    result = all_pairs(embeddings, labels, (0.3, 0.4, 0.9, 1.0), curve=True)
    assert result.tar_at_far == {rate: expected.tar_at(rate) for rate in (0.3, 0.4, 0.9, 1.0)}
    assert (result.auc, result.eer) == pytest.approx((expected.auc, expected.eer))


@pytest.mark.parametrize("close", [1_000_000, 10])
def test_collapsed_embeddings_tell_nobody_apart(close, monkeypatch):
    monkeypatch.setattr(greatest, "_CLOSE", close)
    direction = np.random.default_rng(0).normal(size=24)
    embeddings = direction * np.random.default_rng(1).uniform(0.1, 9, (300, 1))
    result = all_pairs(embeddings, np.arange(300) // 3, (1e-1, 1e-2), curve=True)
    assert (result.auc, result.eer) == (0.5, 0.5)
    if close > 10:  # with more ties than are looked at again, float32 decides
        assert set(result.tar_at_far.values()) == {0.0}


def test_near_ties_are_decided_in_float64():
    """Cosines that are one number in float32: the genuine pair is the nearer one by 1e-9."""
    angle = np.array([0, 0.5, 2.0, 2.5 + 2e-9])
    embeddings = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    result = all_pairs(embeddings, [0, 0, 1, 2], (0.1,))
    assert result.tar_at_far == {0.1: 1.0}
    assert all_pairs(embeddings, [1, 2, 0, 0], (0.1,)).tar_at_far == {0.1: 0.0}


def test_result_reads_well():
    rng = np.random.default_rng(0)
    result = all_pairs(rng.normal(size=(60, 4)), np.arange(60) // 3, (0.1,), curve=True)
    assert "60 genuine, 1,710 impostor pairs" in repr(result) and "tar@far=0.1" in repr(result)
    assert result.to_dict().keys() == {"tar_at_far", "thresholds", "genuine", "impostors", "auc", "eer", "interval"}
    low, high = result.intervals()["tar@far=0.1"]
    assert low < result.tar_at_far[0.1] < high
    assert sum(result.curves()["scores"]["impostor"]["counts"]) == 1710
    with pytest.raises(ValueError, match="curve=True"):
        all_pairs(rng.normal(size=(60, 4)), np.arange(60) // 3).curves()


@pytest.mark.parametrize(("far", "count", "expected"), [(1e-6, 3_000_000, 3), (0.1, 30, 3), (0.3, 10, 3), (1e-6, 5, 0)])
def test_how_many_may_be_accepted(far, count, expected):
    assert accepted_at(far, count) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": np.zeros(6)}, "labels: expected genuine and impostor pairs, got 15 and 0"),
        ({"labels": np.arange(6)}, "got 0 and 15"),
        ({"labels": [0, 0, 1]}, r"labels: expected shape \(6,\)"),
        ({"embeddings": np.full((6, 3), np.nan)}, "embeddings: expected finite"),
        ({"embeddings": np.ones(6)}, "embeddings: expected embeddings of shape"),
        ({"far": [0.0]}, "far: expected rates"),
    ],
)
def test_what_cannot_be_judged(arguments, message):
    with pytest.raises(ValueError, match=message):
        all_pairs(**{"embeddings": np.eye(6), "labels": [0, 0, 1, 1, 2, 2], **arguments})
