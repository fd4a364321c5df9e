"""People never seen in training, and what a model makes of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .. import data, evaluation
from ..callbacks.evaluations import log_verification
from ..callbacks.figures import draw_embeddings, log_figure
from ..tracking import RunLog


@dataclass(frozen=True)
class HeldOut:
    """People never seen in training, and the pairs that verification asks about."""

    name: str
    images: np.ndarray  # (N, H, W, C), standardised
    labels: np.ndarray | None  # None where only the pairs say who is who
    pairs: data.Pairs
    folds: int
    views: dict  # of each image, as `evaluation.embed` takes them
    prepare: Callable | None = None  # makes of a model what is evaluated; None: the model itself

    def describe(self) -> dict:
        """What a tracked run says about them."""
        counts = {"images": len(self.images)}
        if self.labels is not None:
            counts["identities"] = len(np.unique(self.labels))
        return {"name": self.name, **counts, "genuine": int(self.pairs.same.sum()), "pairs": len(self.pairs.same)}

    def measure(self, model) -> "Measured":
        """Verification and identification by the embeddings of a model (whatever `evaluation.embed` takes)."""
        embedder = self.prepare(model) if self.prepare else model
        embeddings = evaluation.embed(embedder, self.images, **self.views)
        protocol = evaluation.PairsProtocol(self.images, self.pairs, self.folds)
        found = evaluation.identification(embeddings, self.labels) if self.labels is not None else None
        verified, identified = (
            result and protocol.marked(result, embedder, **self.views) for result in (protocol.judge(embeddings), found)
        )
        return Measured(verified, identified, embeddings)


@dataclass(frozen=True)
class Measured:
    """What was found on held-out people."""

    verification: evaluation.VerificationResult
    identification: evaluation.IdentificationResult | None  # None where only pairs are known
    embeddings: np.ndarray = field(repr=False, compare=False)

    def to_dict(self) -> dict:
        """All figures as plain numbers."""
        return {**self.verification.to_dict(), **self.rank1}

    @property
    def rank1(self) -> dict[str, float]:
        """The rank-1 rate, if people were identified."""
        return {"rank1": self.identification.rank1} if self.identification else {}


def log_measured(run, held_out: HeldOut, measured: Measured, seconds: float) -> None:
    """Logs what was found on held-out people: figures, curves and pictures."""
    log = RunLog(run)
    log_verification(log, held_out.name, measured.verification, **measured.rank1, seconds=seconds)
    if held_out.labels is not None:
        log_figure(log, "embeddings", draw_embeddings, measured.embeddings, held_out.labels)
    log.flush()
