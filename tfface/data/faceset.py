"""FaceSet: the one interface behind which every source of labelled images stands."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from .decoding import ImageError, decode


class Decoded(NamedTuple):
    """What `FaceSet.load` gives: pixels, the faces they belong to, and what was left out.

    Attributes:
        images: uint8 array (N, H, W, C).
        faces: the FaceSet of these N images; its labels and keys are in step with `images`.
        skipped: one line for each image left out, naming the file and the reason.
    """

    images: np.ndarray
    faces: FaceSet
    skipped: list[str]


class FaceSet:
    """Images of people: encoded bytes, an integer label, an identity name and a key for each.

    Labels are dense: `labels[i]` indexes `identities`, and every identity has at least one image,
    so `len(faces.identities)` is the number of classes, of a subset too.

    Args:
        keys: a name for each image, unique within the set (for a folder, the relative path).
        labels: integers (N,), each in `range(len(identities))`.
        identities: the name of each label.
        reader: gives the encoded bytes of image `i`.
        source: where the set comes from, for messages: a path or the name of a sample set.

    Raises:
        ValueError: if the lengths differ, the set is empty or the labels are not dense.

    Example:
        >>> faces = tfface.data.orl()
        >>> known, unknown = faces.split(30)
        >>> known.images(channels=1).shape
        (300, 112, 92, 1)
    """

    def __init__(
        self,
        keys: Sequence[str],
        labels: Sequence[int] | np.ndarray,
        identities: Sequence[str],
        reader: Callable[[int], bytes],
        source: str = "faces",
    ):
        self.keys = list(keys)
        self.labels = np.asarray(labels, np.int32)
        self.identities = list(identities)
        self.source = source
        self._reader = reader
        if self.labels.shape != (len(self.keys),):
            raise ValueError(f"labels: expected one for each of {len(self.keys)} keys, got shape {self.labels.shape}")
        if not self.keys:
            raise ValueError(f"{source}: no images")
        if not np.array_equal(np.unique(self.labels), np.arange(len(self.identities))):
            raise ValueError(
                f"labels: expected every value of 0..{len(self.identities) - 1}, one for each identity, "
                f"got {len(np.unique(self.labels))} values in {self.labels.min()}..{self.labels.max()}"
            )

    def __len__(self) -> int:
        return len(self.keys)

    def __repr__(self) -> str:
        return f"FaceSet({self.source!r}, {len(self)} images, {len(self.identities)} identities)"

    def read(self, index: int) -> bytes:
        """The encoded bytes of image `index`.

        Raises:
            ImageError: if they cannot be read; the message names the file.
        """
        try:
            return self._reader(index)
        except OSError as error:
            raise ImageError(f"{self._where(index)}: {error.strerror or error}") from error

    def subset(self, indices: Sequence[int] | np.ndarray) -> FaceSet:
        """The images at `indices` (or under a boolean mask); labels are renumbered to stay dense."""
        rows = np.arange(len(self))[np.asarray(indices)]
        present, labels = np.unique(self.labels[rows], return_inverse=True)
        return FaceSet(
            [self.keys[row] for row in rows],
            labels,
            [self.identities[label] for label in present],
            lambda index: self._reader(int(rows[index])),
            self.source,
        )

    def split(self, n_identities: int) -> tuple[FaceSet, FaceSet]:
        """Two sets that share no identity: the first `n_identities` identities, and the rest.

        Raises:
            ValueError: unless both parts have an identity.
        """
        if not 0 < n_identities < len(self.identities):
            raise ValueError(
                f"n_identities: expected 1..{len(self.identities) - 1}, so that both parts "
                f"have an identity, got {n_identities!r}"
            )
        return self.subset(self.labels < n_identities), self.subset(self.labels >= n_identities)

    def images(self, size: tuple[int, int] | None = None, channels: int = 3) -> np.ndarray:
        """All images as uint8 (N, H, W, C), in step with `labels`; the first bad image raises.

        `load` is the method that can leave bad images out. The arguments are the same.
        """
        return self.load(size, channels).images

    def load(self, size: tuple[int, int] | None = None, channels: int = 3, on_error: str = "stop") -> Decoded:
        """Decode all images into one array.

        Args:
            size: (height, width) to which the whole image is resized; None keeps the images' own
                size, which must then be the same for all.
            channels: 1 (grey) or 3 (RGB).
            on_error: `"stop"` raises at the first image that cannot be read; `"skip"` leaves such
                images out, warns once with their number, and lists them in the result.

        Returns:
            Decoded: `images`, uint8 (N, H, W, C); `faces`, the set in step with them; `skipped`.

        Raises:
            ImageError: for an image that cannot be read; the message names the file.
            ValueError: for arguments that make no sense, different sizes under `size=None`,
                or when no image is left.
        """
        if on_error not in ("stop", "skip"):
            raise ValueError(f"on_error: expected 'stop' or 'skip', got {on_error!r}")
        images: np.ndarray | None = None
        kept: list[int] = []
        skipped: list[str] = []
        for index in range(len(self)):
            try:
                image = decode(self.read(index), self._where(index), size, channels)
            except ImageError as error:
                if on_error == "stop":
                    raise
                skipped.append(str(error))
                continue
            if images is None:
                images = np.empty((len(self), *image.shape), np.uint8)
            if image.shape != images.shape[1:]:
                raise ValueError(
                    f"{self._where(index)}: {image.shape[1]}×{image.shape[0]} pixels, but the images before "
                    f"it are {images.shape[2]}×{images.shape[1]}; give size=(height, width)"
                )
            images[len(kept)] = image
            kept.append(index)
        if images is None:
            raise ValueError(f"{self.source}: none of {len(self)} images can be read; first: {skipped[0]}")
        if skipped:
            warnings.warn(
                f"{self.source}: skipped {len(skipped)} of {len(self)} images; first: {skipped[0]}",
                stacklevel=2,
            )
            return Decoded(images[: len(kept)], self.subset(kept), skipped)
        return Decoded(images, self, skipped)

    def fingerprint(self, samples: int = 256) -> str:
        """sha256 (hex) over all keys, labels and identities, and the bytes of up to `samples` images.

        The images sampled are evenly spaced, so the same data always give the same fingerprint.
        """
        digest = hashlib.sha256(f"{len(self)} {len(self.identities)}\n".encode())
        for name in (*self.identities, *self.keys):
            digest.update(os.fsencode(name) + b"\0")
        digest.update(self.labels.astype("<i4").tobytes())
        for index in np.unique(np.linspace(0, len(self) - 1, min(samples, len(self))).astype(int)):
            digest.update(hashlib.sha256(self.read(int(index))).digest())
        return digest.hexdigest()

    def _where(self, index: int) -> str:
        return f"{self.source}/{self.keys[index]}"
