"""What comes after training: photographs to embeddings, and a gallery of enrolled people."""

from .embedder import Embedded, Embedder
from .gallery import Gallery, Match
from .recognition import calibrate, cosine, embedder_of, enroll, open_or_create, photographs
from .threshold import Threshold, threshold_for

__all__ = [
    "Embedded",
    "Embedder",
    "Gallery",
    "Match",
    "Threshold",
    "calibrate",
    "cosine",
    "embedder_of",
    "enroll",
    "open_or_create",
    "photographs",
    "threshold_for",
]
