"""What comes after training: photographs to embeddings, their evaluation, a gallery of enrolled people, and export."""

from ..evaluation import read_ijb
from .attributes import Attributes
from .embedder import Embedded, Embedder
from .evaluated import Evaluation, Wanted
from .evaluation import evaluate_pairs, evaluate_people
from .exporting import Exported, export, open_export
from .faces_at import faces_at
from .gallery import (
    Gallery,
    Match,
    Threshold,
    calibrate,
    cosine,
    embedder_of,
    enroll,
    open_or_create,
    photographs,
    threshold_for,
)
from .ijb import evaluate_ijb
from .report import write_report
from .shards import embed_to, load_embeddings

__all__ = [
    "Attributes",
    "Embedded",
    "Embedder",
    "Evaluation",
    "Exported",
    "Gallery",
    "Match",
    "Threshold",
    "Wanted",
    "calibrate",
    "cosine",
    "embed_to",
    "embedder_of",
    "enroll",
    "evaluate_ijb",
    "evaluate_pairs",
    "evaluate_people",
    "export",
    "faces_at",
    "load_embeddings",
    "open_export",
    "open_or_create",
    "photographs",
    "read_ijb",
    "threshold_for",
    "write_report",
]
