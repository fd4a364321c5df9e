"""Whitening by how photographs of one person differ."""

import numpy as np
import pytest

from tfface.evaluation import verification, whitened

rng = np.random.default_rng(0)


def flat(images):
    return images.reshape(len(images), -1)


def people(count, noise):
    """Ten photographs of each: the last three pixels tell who it is, the first one is far noisier than those."""
    who = np.repeat(np.arange(count), 10)
    pixels = np.concatenate([np.zeros((count, 1)), rng.normal(size=(count, 3))], axis=1)[who]
    pixels += rng.normal(size=pixels.shape) * [noise, 0.05, 0.05, 0.05]
    return pixels.reshape(-1, 2, 2, 1).astype(np.float32), who


def test_deviations_of_known_people_become_white():
    images, who = people(12, noise=1.0)
    embeddings = whitened(flat, images, who, shrinkage=1e-9)(images)
    deviations = embeddings - np.stack([embeddings[who == index].mean(axis=0) for index in range(12)])[who]
    np.testing.assert_allclose(deviations.T @ deviations / len(images), np.eye(4), atol=1e-4)


def test_people_never_seen_are_told_apart_better():
    known, others = people(12, noise=2.0), people(12, noise=2.0)
    first, second = np.triu_indices(len(others[1]), 1)
    same = others[1][first] == others[1][second]

    def auc(embeddings):
        return verification(embeddings[first], embeddings[second], same).auc

    assert auc(whitened(flat, *known, shrinkage=0.01)(others[0])) > auc(flat(others[0])) + 0.1


def test_the_whole_shrinkage_only_moves_the_mean():
    images, who = people(5, noise=1.0)
    plain = flat(images) / np.linalg.norm(flat(images), axis=1, keepdims=True)
    moved = plain - np.mean([plain[who == index].mean(axis=0) for index in range(5)], axis=0)
    embeddings = whitened(flat, images, who, shrinkage=1.0)(images)
    np.testing.assert_allclose(embeddings / embeddings[0, 0], moved / moved[0, 0], rtol=1e-4, atol=1e-5)


def test_people_whose_photographs_are_all_one_stay_apart():
    images, _ = people(4, noise=0.0)
    images = np.repeat(images[::10], 2, axis=0)
    assert np.isfinite(whitened(flat, images, np.repeat(np.arange(4), 2))(images)).all()


@pytest.mark.parametrize(
    ("name", "labels", "shrinkage"),
    [("shrinkage", [0, 0, 1], 0.0), ("shrinkage", [0, 0, 1], 1.5), ("labels", [0, 1, 2], 0.3), ("labels", [0, 0], 0.3)],
)
def test_arguments_that_make_no_whitening_are_refused(name, labels, shrinkage):
    with pytest.raises(ValueError, match=name):
        whitened(flat, np.ones((3, 2, 2, 1)), labels, shrinkage)
