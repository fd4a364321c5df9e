"""Arrays in memory as a FaceSet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..faceset import FaceSet


def arrays(
    images: np.ndarray,
    labels: Sequence[int] | np.ndarray,
    identities: Sequence[str] | None = None,
    source: str = "arrays",
) -> FaceSet:
    """A FaceSet over an array of images; the encoded bytes of an image are a PGM or PPM file.

    Args:
        images: uint8 (N, H, W), (N, H, W, 1) or (N, H, W, 3).
        labels: integers (N,). Without `identities` any integers will do: they are renumbered and
            their old values become the names.
        identities: the name of each label, if the labels are 0..len(identities)-1 already.
        source: what to call the set in messages.

    Raises:
        TypeError: if the images are not uint8.
        ValueError: if the shapes do not fit.

    Example:
        >>> arrays(np.zeros((2, 8, 8), np.uint8), labels=[5, 7]).identities
        ['5', '7']
    """
    images, labels = np.asarray(images), np.asarray(labels)
    if images.dtype != np.uint8:
        raise TypeError(f"images: expected uint8, got {images.dtype}")
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError(f"images: expected shape (N, H, W), (N, H, W, 1 or 3), got {images.shape}")
    if labels.shape != images.shape[:1]:
        raise ValueError(f"labels: expected shape {images.shape[:1]}, got {labels.shape}")
    if identities is None:
        values, labels = np.unique(labels, return_inverse=True)
        identities = [str(value) for value in values]
    height, width, channels = images.shape[1:]
    header = f"P{5 if channels == 1 else 6} {width} {height} 255\n".encode()
    return FaceSet(
        [str(index) for index in range(len(images))],
        labels,
        identities,
        lambda index: header + images[index].tobytes(),
        source,
    )
