"""What comes after training: a gallery of enrolled people."""

from .gallery import Gallery, Match
from .threshold import Threshold, threshold_for

__all__ = ["Gallery", "Match", "Threshold", "threshold_for"]
