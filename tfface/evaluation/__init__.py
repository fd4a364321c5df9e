"""The field's protocols in NumPy: verification and identification of embeddings."""

from tfface.evaluation.embed import embed
from tfface.evaluation.identification import IdentificationResult, identification, leave_one_out
from tfface.evaluation.roc import Roc
from tfface.evaluation.verification import (
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
