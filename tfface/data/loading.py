"""All images of a set in one array."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .decoding import decode
from .faults import ImageError, check_on_error

if TYPE_CHECKING:
    from .faceset import FaceSet


class Decoded(NamedTuple):
    """What `FaceSet.load` gives: pixels, the faces they belong to, and what was left out.

    Attributes:
        images: uint8 array (N, H, W, C).
        faces: the FaceSet of these N images; its labels and keys are in step with `images`.
        skipped: one line for each image left out, naming the file and the reason; those that the set itself lacks
            come first (`FaceSet.skipped`).
    """

    images: np.ndarray
    faces: FaceSet
    skipped: list[str]


def load(faces: FaceSet, size: tuple[int, int] | None, channels: int, on_error: str) -> Decoded:
    """Decodes a set one image after the other; see `FaceSet.load`."""
    check_on_error(on_error)
    images: np.ndarray | None = None
    kept: list[int] = []
    skipped: list[str] = []
    for index in range(len(faces)):
        try:
            image = decode(faces.read(index), faces.where(index), size, channels)
        except ImageError as error:
            if on_error == "stop":
                raise
            skipped.append(str(error))
            continue
        if images is None:
            images = np.empty((len(faces), *image.shape), np.uint8)
        if image.shape != images.shape[1:]:
            raise ValueError(
                f"{faces.where(index)}: {image.shape[1]}×{image.shape[0]} pixels, but the images before "
                f"it are {images.shape[2]}×{images.shape[1]}; give size=(height, width)"
            )
        images[len(kept)] = image
        kept.append(index)
    if images is None:
        raise ValueError(f"{faces.source}: none of {len(faces)} images can be read; first: {skipped[0]}")
    if skipped:
        warnings.warn(
            f"{faces.source}: skipped {len(skipped)} of {len(faces)} images; first: {skipped[0]}", stacklevel=3
        )
        return Decoded(images[: len(kept)], faces.subset(kept), [*faces.skipped, *skipped])
    return Decoded(images, faces, faces.skipped)
