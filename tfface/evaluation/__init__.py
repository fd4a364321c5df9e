"""The field's protocols in NumPy: verification and identification of embeddings, and how these fill their space."""

from .angles import ClassAngles, class_angles
from .embed import embed
from .identification import IdentificationResult, identification, leave_one_out
from .neighbors import knn_accuracy
from .roc import Roc
from .spread import active_triplets, effective_rank, embedding_spread, pair_distances
from .verification import (
    VerificationResult,
    verification,
    verification_from_distances,
)
from .whitening import whitened

__all__ = [
    "ClassAngles",
    "IdentificationResult",
    "Roc",
    "VerificationResult",
    "active_triplets",
    "class_angles",
    "effective_rank",
    "embed",
    "embedding_spread",
    "identification",
    "knn_accuracy",
    "leave_one_out",
    "pair_distances",
    "verification",
    "verification_from_distances",
    "whitened",
]
