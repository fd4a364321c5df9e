"""PCA against scikit-learn; Joint Bayesian against the densities it is made of, and what it was made for."""

import numpy as np
import pytest
from sklearn.decomposition import PCA as SklearnPCA

from tfface.evaluation import PCA, JointBayesian, joined, verification, verification_from_distances

rng = np.random.default_rng(0)
BETWEEN, WITHIN = np.diag([4.0, 1.0, 0.25, 0.01]), np.diag([0.1, 1.0, 1.0, 9.0])
TURN = np.linalg.qr(rng.normal(size=(4, 4)))[0]


def people(count, images=4):
    who = np.repeat(np.arange(count), images)
    identity = rng.multivariate_normal(np.zeros(4), BETWEEN, count)[who]
    return (identity + rng.multivariate_normal(np.zeros(4), WITHIN, len(who))) @ TURN + 3, who


def log_density(x, covariance):
    _, logarithm = np.linalg.slogdet(2 * np.pi * covariance)
    return -(logarithm + x @ np.linalg.solve(covariance, x)) / 2


def test_pca_agrees_with_scikit_learn():
    embeddings, _ = people(30)
    ours, theirs = PCA.fit(embeddings, 2), SklearnPCA(2).fit(embeddings)
    np.testing.assert_allclose(np.abs(ours.transform(embeddings)), np.abs(theirs.transform(embeddings)), atol=1e-9)
    assert PCA.fit(embeddings, 0.8).directions.shape[1] == SklearnPCA(0.8).fit(embeddings).n_components_
    assert PCA.fit(embeddings, 4).variances.sum() == pytest.approx(embeddings.var(axis=0).sum())


def test_scores_are_ratios_of_densities():
    embeddings, who = people(40)
    model = JointBayesian.fit(embeddings, who, iterations=3)
    first, second = embeddings[:5] - model.mean, embeddings[3:8] - model.mean
    one = model.between + model.within
    together = np.block([[one, model.between], [model.between, one]])
    expected = [
        log_density(np.concatenate([x, y]), together) - log_density(x, one) - log_density(y, one)
        for x, y in zip(first, second, strict=True)
    ]
    np.testing.assert_allclose(model.score(embeddings[:5], embeddings[3:8]), expected)
    np.testing.assert_allclose(model.score(embeddings[3:8], embeddings[:5]), expected)


def test_each_iteration_makes_the_embeddings_likelier_and_finds_the_covariances():
    embeddings, who = people(1500)
    model = JointBayesian.fit(embeddings, who, iterations=30)
    assert np.all(np.diff(model.log_likelihoods) > -1e-9)
    np.testing.assert_allclose(TURN @ model.between @ TURN.T, BETWEEN, atol=0.5)
    np.testing.assert_allclose(TURN @ model.within @ TURN.T, WITHIN, atol=0.5)


def test_log_likelihood_is_that_of_all_images_of_a_person_together():
    embeddings, who = people(3, images=2)
    fitted = JointBayesian.fit(embeddings, who, iterations=1)
    start = JointBayesian.fit(embeddings, who, iterations=0)
    one = start.between + start.within
    together = np.block([[one, start.between], [start.between, one]])
    centred = (embeddings - start.mean).reshape(3, 8)
    expected = sum(log_density(person, together) for person in centred) / 6
    assert fitted.log_likelihoods == pytest.approx([expected])


def test_people_never_seen_are_told_apart_better_than_by_the_cosine():
    model = JointBayesian.fit(*people(200))
    embeddings, who = people(60)
    first, second = np.triu_indices(len(who), 1)
    same = who[first] == who[second]
    scores = model.score(embeddings[first], embeddings[second])
    judged = verification_from_distances(-scores, same, thresholds=None)
    plain = verification(embeddings[first] - model.mean, embeddings[second] - model.mean, same)
    assert judged.auc > plain.auc + 0.03 and judged.accuracy > plain.accuracy


def test_few_and_flat_embeddings_are_no_accident():
    embeddings = np.repeat(rng.normal(size=(3, 6)), 2, axis=0)
    model = JointBayesian.fit(embeddings, [0, 0, 1, 1, 2, 2])
    assert np.isfinite(model.score(embeddings, embeddings[::-1])).all()
    assert not PCA.fit(np.ones((3, 2))).transform(np.ones((1, 2))).any()


def test_joined():
    parts = [rng.normal(size=(5, 3)), 100 * rng.normal(size=(5, 2))]
    together = joined(*parts)
    units = [part / np.linalg.norm(part, axis=1, keepdims=True) for part in parts]
    np.testing.assert_allclose(together @ together.T, sum(part @ part.T for part in units))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: JointBayesian.fit(np.eye(3), [0, 1, 2]), "labels: expected two people or more"),
        (lambda: JointBayesian.fit(np.eye(3), [0, 0, 0]), "labels: expected two people or more"),
        (lambda: JointBayesian.fit(np.eye(3), [0, 0]), "labels: expected shape"),
        (lambda: PCA.fit(np.eye(3), 3), "size: expected a number in"),
        (lambda: PCA.fit(np.eye(3), 0), "size: expected a number in"),
        (lambda: PCA.fit(np.full((3, 3), np.nan)), "embeddings: expected finite"),
        (lambda: joined(np.eye(2), np.eye(3)), "embeddings: expected the same images in each"),
        (lambda: joined(), "embeddings: expected the same images"),
    ],
)
def test_what_cannot_be_fitted(call, message):
    with pytest.raises(ValueError, match=message):
        call()
