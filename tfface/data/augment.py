"""What augmentation may do to a training image."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

_RANGES = {
    "rotation": (0, math.pi),
    "hue": (0, 0.5),
    "blur_size": (0, 0.2),
    "jpeg_quality": (1, 95),
    "rand_augment": (0, 8),
    "mixup": (0, 10),
}
_NOT_OF_PIXELS = ("flip", "shift", "scale", "rotation")


@dataclass(frozen=True)
class Augment:
    """Random changes of a training image; each image of a batch gets its own.

    Only the mirror image is on by default. What turns or moves out of the image is filled by
    reflection. Changes are made in the order in which they stand here, `cutout` last.

    Args:
        flip: probability of the mirror image.
        shift: largest move along each axis, as a fraction of height or width.
        scale: largest change of size: drawn from 1 − scale … 1 + scale.
        rotation: largest turn to either side, in radians.
        brightness: largest change of all pixels, as a fraction of the range of pixels.
        contrast: largest change of contrast around the image's mean: a factor 1 − contrast … 1 + contrast.
        cutout: probability that a grey square hides a part of the image.
        cutout_size: side of that square, as a fraction of the shorter side of the image.
        crop: smallest part of the image's area that is kept and resized to the whole; 1 keeps all.
        saturation: largest change of the colours' strength: a factor 1 − saturation … 1 + saturation.
        hue: largest turn of the colours to either side, as a fraction of the circle.
        grey: probability of no colours.
        rand_augment: so many changes of RandAugment's list (`magnitude` says how strong), 0 to 8.
        magnitude: of the changes of RandAugment, from 0 to 1.
        low_resolution: probability that the image is halved to quartered in size, and enlarged again.
        blur: probability of a Gaussian blur.
        blur_size: its largest standard deviation, as a fraction of the image's shorter side.
        jpeg: probability of JPEG artefacts.
        jpeg_quality: their lowest quality, 1 to 95; drawn from there up to 95.
        occlusion: probability that a grey rectangle hides a part of the image.
        occlusion_size: largest side of that rectangle, as a fraction of the image's.
        mixup: α of MixUp, which mixes each image with another of its batch; 0 for none. For losses on classes.

    Raises:
        TypeError: for a value that is not a number.
        ValueError: for a value outside its range.

    Example:
        >>> augment = Augment(shift=0.05, rotation=0.1, brightness=0.2, jpeg=0.3)
    """

    flip: float = 0.5
    shift: float = 0.0
    scale: float = 0.0
    rotation: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    cutout: float = 0.0
    cutout_size: float = 0.3
    crop: float = 1.0
    saturation: float = 0.0
    hue: float = 0.0
    grey: float = 0.0
    rand_augment: int = 0
    magnitude: float = 0.3
    low_resolution: float = 0.0
    blur: float = 0.0
    blur_size: float = 0.02
    jpeg: float = 0.0
    jpeg_quality: int = 30
    occlusion: float = 0.0
    occlusion_size: float = 0.4
    mixup: float = 0.0

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            low, high = _RANGES.get(field.name, (0, 1))
            whole = field.type == "int"
            if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
                raise TypeError(f"{field.name}: expected a {'whole ' * whole}number, got {value!r}")
            if not low <= value <= high:
                raise ValueError(f"{field.name}: expected {low}..{high:.4g}, got {value!r}")
        if self.scale == 1:
            raise ValueError("scale: expected less than 1, for an image of size 0 is none, got 1")
        if self.crop == 0:
            raise ValueError("crop: expected more than 0, for nothing of the image would be kept, got 0")

    @property
    def changes_pixels(self) -> bool:
        """Whether more than an image's place is changed."""
        default = Augment.__dataclass_fields__
        names = [field.name for field in fields(self) if field.name not in _NOT_OF_PIXELS]
        return any(getattr(self, name) != default[name].default for name in names)
