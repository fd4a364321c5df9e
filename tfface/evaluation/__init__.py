"""The field's protocols in NumPy: verification and identification of embeddings."""

from .embed import embed
from .identification import IdentificationResult, identification, leave_one_out
from .roc import Roc
from .verification import (
    VerificationResult,
    verification,
    verification_from_distances,
)

__all__ = [
    "IdentificationResult",
    "Roc",
    "VerificationResult",
    "embed",
    "identification",
    "leave_one_out",
    "verification",
    "verification_from_distances",
]
