"""A gallery of enrolled people on the disk, and the model that fills it."""

from .gallery import Gallery, Match
from .recognition import calibrate, cosine, embedder_of, enroll, open_or_create, photographs
from .threshold import Threshold, threshold_for

__all__ = [
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
