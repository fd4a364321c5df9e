"""What may happen to a view of an image, and what the papers let happen."""

from __future__ import annotations

from dataclasses import dataclass, fields

from .._suggest import did_you_mean


@dataclass(frozen=True)
class Views:
    """Random changes of one view of an image; each image of a batch gets its own.

    Args:
        crop: smallest part of the image's area that is kept, from 0 to 1; what is kept is resized to the whole.
        aspect: how much wider or narrower the crop may be: its sides' ratio is drawn from 1/aspect … aspect.
        flip: probability of the mirror image.
        jitter: probability that the four changes of colour below are made.
        brightness: pixels times a factor from 1 − brightness … 1 + brightness.
        contrast: likewise around the image's mean.
        saturation: likewise around each pixel's grey.
        hue: largest turn of the colours to either side, as a fraction of the circle.
        grey: probability of no colours.
        blur: probability of a Gaussian blur.
        blur_size: its largest standard deviation, as a fraction of the image's shorter side.
        low_resolution: probability that the image is halved to quartered in size, and enlarged again.
        solarize: probability that pixels above the middle grey are inverted.
        occlusion: probability that a grey rectangle hides a part of the image.
        occlusion_size: largest side of that rectangle, as a fraction of the image's.

    Raises:
        ValueError: for a value outside its range.

    Example:
        >>> mild = tfface.data.Views(crop=0.8, blur=0.0)
    """

    crop: float = 0.5
    aspect: float = 1.15
    flip: float = 0.5
    jitter: float = 0.8
    brightness: float = 0.4
    contrast: float = 0.4
    saturation: float = 0.2
    hue: float = 0.05
    grey: float = 0.2
    blur: float = 0.3
    blur_size: float = 0.02
    low_resolution: float = 0.2
    solarize: float = 0.0
    occlusion: float = 0.2
    occlusion_size: float = 0.4

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            low, high = {"aspect": (1, 4), "hue": (0, 0.5), "blur_size": (0, 0.2)}.get(field.name, (0, 1))
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
                raise ValueError(f"{field.name}: expected {low}..{high}, got {value!r}")
        if self.crop == 0:
            raise ValueError("crop: expected more than 0, for nothing of the image would be kept")


# The papers' are for photographs of things; their blur is of up to 2 pixels in 224.
_PAPERS = {"aspect": 4 / 3, "blur_size": 2 / 224, "low_resolution": 0.0, "occlusion": 0.0}
_SIMSIAM = Views(crop=0.2, saturation=0.4, hue=0.1, blur=0.5, **_PAPERS)
_BYOL = {"crop": 0.08, "hue": 0.1, **_PAPERS}
PRESETS: dict[str, tuple[Views, Views]] = {
    "faces": (Views(), Views()),
    "simclr": (Views(crop=0.08, brightness=0.8, contrast=0.8, saturation=0.8, hue=0.2, blur=0.5, **_PAPERS),) * 2,
    "moco": (_SIMSIAM, _SIMSIAM),
    "simsiam": (_SIMSIAM, _SIMSIAM),
    "supcon": (Views(crop=0.2, saturation=0.4, hue=0.1, blur=0.0, **_PAPERS),) * 2,
    **dict.fromkeys(
        ("byol", "barlow_twins", "vicreg"),
        (Views(**_BYOL, blur=1.0), Views(**_BYOL, blur=0.1, solarize=0.2)),
    ),
}


def changes(preset: str | Views | tuple[Views, Views]) -> tuple[Views, Views]:
    """What may happen to the first and to the second view."""
    if isinstance(preset, Views):
        return preset, preset
    if isinstance(preset, (tuple, list)) and len(preset) == 2 and all(isinstance(view, Views) for view in preset):
        return tuple(preset)
    if not isinstance(preset, str) or preset not in PRESETS:
        raise ValueError(f"preset: unknown {preset!r}, {did_you_mean(str(preset), PRESETS)}, or tfface.data.Views(...)")
    return PRESETS[preset]
