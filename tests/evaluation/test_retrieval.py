"""Retrieval against what pytorch-metric-learning answered, and by hand; clusters against scikit-learn."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import normalized_mutual_info_score
from sklearn.metrics.cluster import pair_confusion_matrix

from tfface.evaluation import clustering, compare_clusters, retrieval

RECORDED = np.load(Path(__file__).parents[1] / "oracles" / "retrieval.npz")


def at(*degrees):
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


@pytest.mark.parametrize("case", ["even", "uneven", "flat"])
def test_agrees_with_pytorch_metric_learning(case):
    embeddings, labels = RECORDED[f"{case}/embeddings"], RECORDED[f"{case}/labels"]
    result = retrieval(embeddings * np.random.default_rng(0).uniform(0.1, 9, (len(labels), 1)), labels)
    found = result.precision_at_1, result.r_precision, result.map_at_r
    metrics = ("precision_at_1", "r_precision", "mean_average_precision_at_r")
    assert found == pytest.approx([float(RECORDED[f"{case}/{metric}"]) for metric in metrics], abs=1e-6)
    assert 0.1 < result.map_at_r < result.r_precision < 1


def test_by_hand():
    # seen from 0° (a): b at 5°, a at 10°, b at 30°, a at 60°
    result = retrieval(at(0, 5, 10, 30, 60), ["a", "b", "a", "b", "a"], k=(1, 2, 3))
    # the other images of a have ranks 2 and 4 for each of them; of R = 2, the first counts 1/2 · 1/2
    assert result.average_precisions[[0, 2, 4]] == pytest.approx([1 / 4] * 3)
    assert result.recall_at == {1: 0.0, 2: pytest.approx(4 / 5), 3: 1.0}
    assert (result.queries, result.images) == (5, 5)
    assert "map@r" in repr(result) and result.to_dict()["recall_at"]["3"] == 1.0
    assert result.intervals()["p@1"] == pytest.approx((0, 0.4345), abs=1e-4)


def test_ties_count_against_the_model_and_lonely_images_are_no_queries():
    collapsed = retrieval(np.ones((6, 4)), [0, 0, 1, 1, 2, 2])
    assert collapsed.figures() == {
        "p@1": 0,
        "r-precision": 0,
        "map@r": 0,
        **dict.fromkeys(["recall@1", "recall@2", "recall@4"], 0),
        "recall@8": 1,
    }
    result = retrieval(at(0, 10, 2), [0, 0, 1])
    assert result.queries == 2 and result.precision_at_1 == 0.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": [0, 1, 2, 3]}, "labels: no identity has two images"),
        ({"labels": [0, 0]}, r"labels: expected shape \(4,\)"),
        ({"k": (0, 1)}, "k: expected at least 1"),
        ({"embeddings": at(0, 1, np.nan, 3)}, "embeddings: expected finite"),
    ],
)
def test_what_cannot_be_retrieved(arguments, message):
    with pytest.raises(ValueError, match=message):
        retrieval(**{"embeddings": at(0, 1, 2, 3), "labels": [0, 0, 1, 1], **arguments})


@pytest.mark.parametrize("seed", range(3))
def test_clusters_agree_with_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    assigned, labels = rng.integers(0, 5, 80), rng.integers(0, 7, 80)
    labels = np.where(rng.random(80) < 0.5, assigned, labels)
    result = compare_clusters(assigned, labels)
    (_, only_clusters), (only_labels, both) = pair_confusion_matrix(labels, assigned)
    assert result.nmi == pytest.approx(normalized_mutual_info_score(labels, assigned))
    assert result.pairwise_precision == pytest.approx(both / (both + only_clusters))
    assert result.pairwise_recall == pytest.approx(both / (both + only_labels))
    precision, recall = result.pairwise_precision, result.pairwise_recall
    assert result.pairwise_f == pytest.approx(2 * precision * recall / (precision + recall))


@pytest.mark.parametrize(
    ("assigned", "labels", "nmi", "f"),
    [
        ([0, 0, 0], [1, 1, 1], 1, 1),
        ([0, 1, 2], [5, 6, 7], 1, 1),
        ([0, 0, 0], [1, 2, 3], 0, 0),
        ([0, 1], [3, 3], 0, 0),
        ([4], [2], 1, 1),
    ],
)
def test_clusters_of_one_kind(assigned, labels, nmi, f):
    result = compare_clusters(assigned, labels)
    assert (result.nmi, result.pairwise_f) == (nmi, f)


def test_k_means_finds_what_is_apart():
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(6), 9)
    embeddings = np.eye(8)[labels] * rng.uniform(1, 5, (54, 1)) + 0.05 * rng.normal(size=(54, 8))
    assert clustering(embeddings, labels).nmi == 1.0
    assert clustering(np.ones((6, 2)), [0, 0, 1, 1, 2, 2]).nmi == 0.0
    assert clustering(embeddings, labels, clusters=54).pairwise_precision == 1.0
    with pytest.raises(ValueError, match=r"clusters: expected 1\.\.54"):
        clustering(embeddings, labels, clusters=55)


def test_no_pair_is_counted_twice():
    labels, assigned = [0, 0, 1, 1, 1, 2], [0, 1, 1, 1, 2, 2]
    pairs = list(itertools.combinations(range(6), 2))
    both = sum(labels[a] == labels[b] and assigned[a] == assigned[b] for a, b in pairs)
    within = sum(assigned[a] == assigned[b] for a, b in pairs)
    assert compare_clusters(assigned, labels).pairwise_precision == both / within
