"""People never seen in training, and what a model makes of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .. import data, evaluation


@dataclass(frozen=True)
class HeldOut:
    """People never seen in training, and the pairs that verification asks about."""

    name: str
    images: np.ndarray  # (N, H, W, C), standardised
    labels: np.ndarray
    pairs: data.Pairs
    folds: int
    views: dict  # of each image, as `evaluation.embed` takes them
    prepare: Callable | None = None  # makes of a model what is evaluated; None: the model itself

    def measure(self, model) -> "Measured":
        """Verification and identification by the embeddings of a model (whatever `evaluation.embed` takes)."""
        embedder = self.prepare(model) if self.prepare else model
        embeddings = evaluation.embed(embedder, self.images, **self.views)
        first, second, same = self.pairs
        return Measured(
            evaluation.verification(embeddings[first], embeddings[second], same, self.folds),
            evaluation.identification(embeddings, self.labels),
        )


@dataclass(frozen=True)
class Measured:
    """What was found on held-out people."""

    verification: evaluation.VerificationResult
    identification: evaluation.IdentificationResult

    def to_dict(self) -> dict:
        """All figures as plain numbers."""
        return {**self.verification.to_dict(), "rank1": self.identification.rank1}
