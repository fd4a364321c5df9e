"""Principal components of embeddings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..._check import number
from ..vectors import as_embeddings


@dataclass(frozen=True, eq=False)
class PCA:
    """Projects embeddings onto the directions in which those of known people vary most: `x ↦ (x − μ) V`.

    Attributes:
        mean: μ (D,).
        directions: V (D, d), orthonormal, by falling variance.
        variances: along the directions (d,).
    """

    mean: np.ndarray
    directions: np.ndarray
    variances: np.ndarray

    @classmethod
    def fit(cls, embeddings: np.ndarray, size: int | float = 0.95) -> PCA:
        """Finds the directions.

        Args:
            embeddings: of known people (N, D), nobody among them on whom is tested.
            size: how many directions, or the share of the variance (below 1) that they have to hold.

        Raises:
            ValueError: NaN or infinity, fewer than two embeddings, or more directions than there are.
        """
        embeddings = as_embeddings(embeddings, "embeddings")
        most = min(len(embeddings) - 1, embeddings.shape[1])
        number("size", size, 0, max(most, 1), above=True)
        if most < 1:
            raise ValueError(f"embeddings: expected at least two, got {len(embeddings)}")
        mean = embeddings.mean(axis=0)
        _, spreads, directions = np.linalg.svd(embeddings - mean, full_matrices=False)
        variances = spreads**2 / len(embeddings)
        if size < 1:
            held = np.cumsum(variances) / max(variances.sum(), 1e-300)
            size = int(np.searchsorted(held, size - 1e-12) + 1)
        kept = min(int(size), most)
        return cls(mean, directions[:kept].T, variances[:kept])

    def transform(self, embeddings: np.ndarray) -> np.ndarray:
        """Embeddings (N, D) in the directions (N, d)."""
        return (as_embeddings(embeddings, "embeddings") - self.mean) @ self.directions
