"""Joint Bayesian: how likely are two embeddings if they show one person, and if they show two?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..._check import whole
from ..vectors import as_embeddings, as_labels


@dataclass(frozen=True, eq=False)
class JointBayesian:
    """`x = m + μ + ε`, μ ~ N(0, S_μ) of the person and ε ~ N(0, S_ε) of the image.

    Two embeddings are compared by the log-likelihood ratio of one person against two,
    `log N([x₁, x₂]; 0, [[S_μ+S_ε, S_μ], [S_μ, S_μ+S_ε]]) − log N(x₁; 0, S_μ+S_ε) − log N(x₂; 0, S_μ+S_ε)`.

    Attributes:
        mean: m (D,).
        between: S_μ (D, D).
        within: S_ε (D, D).
        log_likelihoods: of the known people's embeddings before each iteration, per embedding; they never fall.
    """

    mean: np.ndarray
    between: np.ndarray
    within: np.ndarray
    log_likelihoods: tuple[float, ...] = field(repr=False)

    @classmethod
    def fit(cls, embeddings: np.ndarray, labels: Sequence[int] | np.ndarray, iterations: int = 20) -> JointBayesian:
        """Finds the covariances by expectation-maximisation, begun with those of persons' means and deviations.

        Both covariances contain that of what is not known after the embeddings were seen, so that each iteration makes
        them likelier. With fewer embeddings than dimensions, reduce them first (`PCA`).

        Args:
            embeddings: of known people (N, D), nobody among them on whom is tested.
            labels: identities (N,).
            iterations: how many.

        Raises:
            ValueError: sizes differ, NaN or infinity, nobody has two images, or all are of one person.
        """
        embeddings = as_embeddings(embeddings, "embeddings")
        labels = as_labels(labels, len(embeddings))
        whole("iterations", iterations, 0)
        people, who, counts = np.unique(labels, return_inverse=True, return_counts=True)
        if counts.max() < 2 or len(people) < 2:
            raise ValueError(f"labels: expected two people or more, one with two images, got {len(people)} people")
        mean = embeddings.mean(axis=0)
        centred = embeddings - mean
        sums = np.zeros((len(people), embeddings.shape[1]))
        np.add.at(sums, who, centred)
        means = sums / counts[:, None]
        between, within = _covariance(means), _sound(_covariance(centred - means[who]))
        likelihoods = []
        for _ in range(iterations):
            basis, spread = _diagonal(between, within)
            # in the basis S_ε is the identity and S_μ diagonal, so what is known of μ is so in each direction
            unknown = spread / (1 + counts[:, None] * spread)
            expected = unknown * (sums @ basis)
            likelihoods.append(_log_likelihood(centred @ basis, expected, counts, spread, who, basis))
            rest = centred @ basis - expected[who]
            back = np.linalg.inv(basis)
            between = _covariance(expected @ back) + (back.T * unknown.mean(axis=0)) @ back
            shares = (counts[:, None] * unknown).sum(axis=0) / len(labels)
            within = _sound(_covariance(rest @ back) + (back.T * shares) @ back)
        return cls(mean, between, within, tuple(likelihoods))

    def score(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """The log-likelihood ratio of each pair (P,): above 0, one person is likelier than two.

        Args:
            first: embeddings of one side (P, D).
            second: embeddings of the other side (P, D).
        """
        basis, spread = _diagonal(self.between, self.within)
        first, second = ((as_embeddings(one, "embeddings") - self.mean) @ basis for one in (first, second))
        alone, together = 1 + spread, 1 + 2 * spread
        squares = (1 / alone - alone / together) * (first**2 + second**2) / 2
        products = spread / together * first * second
        return (squares + products).sum(axis=1) + np.sum(np.log(alone) - np.log(together) / 2)


def _covariance(rows):
    return rows.T @ rows / len(rows)


def _sound(covariance):
    """The same with so little added that it can be inverted: a millionth of the mean variance."""
    size = len(covariance)
    return covariance + max(1e-6 * np.trace(covariance) / size, 1e-12) * np.eye(size)


def _diagonal(between, within):
    """B (D, D) and λ (D,) with Bᵀ S_ε B = 1 and Bᵀ S_μ B = diag(λ)."""
    values, vectors = np.linalg.eigh(within)
    white = vectors / np.sqrt(values)
    spread, turned = np.linalg.eigh(white.T @ between @ white)
    return white @ turned, np.maximum(spread, 0)


def _log_likelihood(points, expected, counts, spread, who, basis):
    """Mean over all embeddings, in the basis in which the covariances are diagonal."""
    squares = np.sum(points**2) - np.sum(points * expected[who])
    logs = np.sum(np.log1p(counts[:, None] * spread))
    stretched = 2 * len(points) * np.linalg.slogdet(basis)[1]
    return float(-(squares + logs - stretched) / 2 / len(points) - points.shape[1] * np.log(2 * np.pi) / 2)
