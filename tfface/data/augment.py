"""What augmentation may do to a training image."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Augment:
    """Random changes of a training image; each image of a batch gets its own.

    Only the mirror image is on by default. What turns or moves out of the image is filled by
    reflection.

    Args:
        flip: probability of the mirror image.
        shift: largest move along each axis, as a fraction of height or width.
        scale: largest change of size: drawn from 1 − scale … 1 + scale.
        rotation: largest turn to either side, in radians.
        brightness: largest change of all pixels, as a fraction of the range of pixels.
        contrast: largest change of contrast around the image's mean: a factor 1 − contrast … 1 + contrast.
        cutout: probability that a grey square hides a part of the image.
        cutout_size: side of that square, as a fraction of the shorter side of the image.

    Raises:
        TypeError: for a value that is not a number.
        ValueError: for a value outside its range.

    Example:
        >>> augment = Augment(shift=0.05, rotation=0.1, brightness=0.2)
    """

    flip: float = 0.5
    shift: float = 0.0
    scale: float = 0.0
    rotation: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    cutout: float = 0.0
    cutout_size: float = 0.3

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            highest = math.pi if field.name == "rotation" else 1.0
            if not isinstance(value, (int, float)):
                raise TypeError(f"{field.name}: expected a number, got {value!r}")
            if not 0 <= value <= highest:
                raise ValueError(f"{field.name}: expected 0..{highest:.4g}, got {value!r}")
        if self.scale == 1:
            raise ValueError("scale: expected less than 1, for an image of size 0 is none, got 1")
