"""The field's protocols in NumPy: verification and identification of embeddings, and how these fill their space."""

from .all_pairs import AllPairsResult, all_pairs
from .angles import ClassAngles, class_angles
from .distractors import DistractorResult, distractors
from .embed import embed
from .fingerprint import Fingerprint, digest
from .identification import IdentificationResult, identification, leave_one_out
from .neighbors import knn_accuracy
from .open_set import OpenSetResult, open_set
from .roc import Roc
from .spread import active_triplets, effective_rank, embedding_spread, pair_distances
from .verification import (
    VerificationResult,
    verification,
    verification_from_distances,
)
from .whitening import whitened

__all__ = [
    "AllPairsResult",
    "ClassAngles",
    "DistractorResult",
    "Fingerprint",
    "IdentificationResult",
    "OpenSetResult",
    "Roc",
    "VerificationResult",
    "active_triplets",
    "all_pairs",
    "class_angles",
    "digest",
    "distractors",
    "effective_rank",
    "embed",
    "embedding_spread",
    "identification",
    "knn_accuracy",
    "leave_one_out",
    "open_set",
    "pair_distances",
    "verification",
    "verification_from_distances",
    "whitened",
]
