"""A training on two views is watched: neighbours show that it learns, and the monitor that it has collapsed."""

import logging

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

import tfface
from tfface.callbacks import CollapseMonitor, NearestNeighbors
from tfface.evaluation import knn_accuracy

LABELS = np.repeat(np.arange(8), 8)
RANDOM = np.random.default_rng(0)
IMAGES = (RANDOM.normal(size=(8, 4, 4, 1))[LABELS] + 0.3 * RANDOM.normal(size=(64, 4, 4, 1))).astype(np.float32)
VIEWS = tuple((IMAGES + 2.0 * RANDOM.normal(size=IMAGES.shape)).astype(np.float32) for _ in range(2))


class WithoutStopGradient(tfface.SimSiam):
    """Its targets move to meet the predictions."""

    def compared(self, p1, p2, z1, z2):
        p1, p2, z1, z2 = map(tfface.functional.normalize, (p1, p2, z1, z2))
        return -0.5 * tf.reduce_sum(p1 * z2 + p2 * z1, axis=-1)


def train(loss):
    """Trains; returns the two watches and their logs."""
    layers = [keras.layers.Flatten(), keras.layers.Dense(32, "relu"), keras.layers.Dense(16)]
    backbone = keras.Sequential([keras.Input((4, 4, 1)), *layers])
    projector = tfface.layers.Projector((32, 16), batch_norm=False)
    model = tfface.TwoViewModel(backbone, projector, tfface.layers.Predictor(8))
    model.compile(keras.optimizers.SGD(0.3, momentum=0.9), loss=loss)
    neighbors = NearestNeighbors(IMAGES, LABELS, neighbors=4, every=15)
    watch = CollapseMonitor(IMAGES, LABELS, every=15)  # of the projections, which collapse first
    callbacks = [neighbors, watch]
    history = model.fit(VIEWS, epochs=30, batch_size=32, callbacks=callbacks, verbose=0).history
    return neighbors, watch, history


def test_simsiam_learns_and_without_its_stop_gradient_collapses(caplog):
    neighbors, watch, history = train(tfface.SimSiam())
    assert watch.problem is None and history["collapse_spread"][-1] > 0.5
    assert neighbors.accuracy == history["knn_accuracy"][-1] > 0.5
    with caplog.at_level(logging.WARNING, "tfface"):
        _, watch, history = train(WithoutStopGradient())
    assert history["loss"][-1] < -0.99  # which looks like success
    assert history["collapse_spread"][-1] < 0.1 and history["collapse_effective_rank"][-1] < 3
    assert "all embeddings are becoming one point" in watch.problem
    assert "a missing stop-gradient" in watch.problem
    assert sum(watch.problem in record.getMessage() for record in caplog.records) == 1


def voted(embeddings, labels, neighbors, temperature):
    """Slowly, image by image."""
    right = 0
    for i, point in enumerate(embeddings):
        cosine = lambda j: point @ embeddings[j] / np.linalg.norm(point) / np.linalg.norm(embeddings[j])  # noqa: B023, E731
        near = sorted((j for j in range(len(labels)) if j != i), key=cosine, reverse=True)[:neighbors]
        votes = {}
        for j in near:
            votes[labels[j]] = votes.get(labels[j], 0.0) + np.exp(cosine(j) / temperature)
        right += max(votes, key=votes.get) == labels[i]
    return right / len(labels)


@pytest.mark.parametrize("neighbors", [1, 5, 100])
def test_neighbors_vote(neighbors, monkeypatch):
    monkeypatch.setattr("tfface.evaluation.neighbors._ROWS", 10)
    points, labels = RANDOM.normal(size=(33, 4)), RANDOM.integers(3, 6, 33)
    points += 0.8 * np.eye(4)[labels - 3]
    assert knn_accuracy(points, labels, neighbors, 0.2) == pytest.approx(voted(points, labels, neighbors, 0.2))


def test_what_neighbors_refuse():
    for options, message in (
        ({"labels": LABELS[:3]}, "labels: expected one for each of 64 images"),
        ({"neighbors": 0}, "neighbors: expected a whole number"),
        ({"temperature": 0.0}, "temperature: expected a number above 0"),
    ):
        with pytest.raises(ValueError, match=message):
            NearestNeighbors(IMAGES, **{"labels": LABELS, **options})
    with pytest.raises(ValueError, match="labels: expected one for each of at least two"):
        knn_accuracy(IMAGES[:, 0, 0], LABELS[:2])
    with pytest.raises(ValueError, match="neighbors, temperature: expected more than 0"):
        knn_accuracy(IMAGES[:, :, 0, 0], LABELS, 0)
