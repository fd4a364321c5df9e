"""FaceSet: the one interface behind which every source of labelled images stands."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Callable, Sequence

import numpy as np

from .faults import Damaged, ImageError, printable, reason
from .keys import PickedKeys
from .loading import Decoded, load
from .splits import chosen_identities


class FaceSet:
    """Images of people: encoded bytes, an integer label, an identity name and a key for each.

    Labels are dense: `labels[i]` indexes `identities`, and every identity has at least one image,
    so `len(faces.identities)` is the number of classes, of a subset too. A set of millions costs some tens
    of bytes an image if its keys are a sequence that makes them when asked; nothing is read before it is needed.

    Args:
        keys: a name for each image, unique within the set (for a folder, the relative path).
        labels: integers (N,), each in `range(len(identities))`.
        identities: the name of each label.
        reader: gives the encoded bytes of image `i`; called by several threads at once.
        source: where the set comes from, for messages: a path or the name of a sample set.
        skipped: a line for each image or folder that the source could not give, as its `on_error` allowed.

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
        skipped: Sequence[str] = (),
    ):
        self.keys = keys
        self.labels = np.asarray(labels, np.int32)
        self.identities = list(identities)
        self.source = source
        self.skipped = list(skipped)
        self._reader = reader
        if self.labels.shape != (len(self.keys),):
            raise ValueError(f"labels: expected one for each of {len(self.keys)} keys, got shape {self.labels.shape}")
        if not len(self.keys):
            raise ValueError(f"{source}: no images")
        low, high = self.labels.min(), self.labels.max()
        if (low, high) != (0, len(self.identities) - 1) or not self.counts.all():
            raise ValueError(
                f"labels: expected every value of 0..{len(self.identities) - 1}, one for each identity, "
                f"got {len(np.unique(self.labels))} values in {low}..{high}"
            )

    @property
    def counts(self) -> np.ndarray:
        """How many images each identity has (C,)."""
        return np.bincount(self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"FaceSet({self.source!r}, {len(self)} images, {len(self.identities)} identities)"

    def read(self, index: int) -> bytes:
        """The encoded bytes of image `index`.

        Raises:
            ImageError: if they cannot be read; the message names the file.
        """
        try:
            return self._reader(index)
        except (OSError, Damaged) as error:
            raise ImageError(f"{self.where(index)}: {reason(error)}") from error

    def where(self, index: int) -> str:
        """What to call image `index` in a message: source and key."""
        return f"{self.source}/{printable(self.keys[index])}"

    def subset(self, indices: Sequence[int] | np.ndarray) -> FaceSet:
        """The images at `indices` (or under a boolean mask); labels are renumbered to stay dense."""
        rows = np.arange(len(self))[np.asarray(indices)]
        labels = self.labels[rows]
        present = np.bincount(labels, minlength=len(self.identities)) > 0
        return FaceSet(
            PickedKeys(self.keys, rows),
            (np.cumsum(present) - 1)[labels],
            [self.identities[label] for label in np.flatnonzero(present)],
            lambda index: self._reader(int(rows[index])),
            self.source,
        )

    def min_images(self, images: int) -> FaceSet:
        """The identities that have at least so many images, with all of theirs.

        Raises:
            ValueError: if no identity has so many.
        """
        enough = self.counts >= images
        if not enough.any():
            raise ValueError(
                f"{self.source}: min_images: no identity has {images} images, the most is {self.counts.max()}"
            )
        return self if enough.all() else self._part(enough)

    def split(self, identities: float, seed: int | None = None) -> tuple[FaceSet, FaceSet]:
        """Two sets that share no identity: so many identities, and the rest. The first keeps `skipped`.

        Args:
            identities: how many the first set gets: a number, or a share of them between 0 and 1.
            seed: draws which; None takes the first.

        Raises:
            ValueError: unless both parts have an identity.
        """
        chosen = chosen_identities(len(self.identities), identities, seed)
        return self._part(chosen), self.subset(~chosen[self.labels])

    def _part(self, identities: np.ndarray) -> FaceSet:
        """Those under a mask (C,), with what the source could not give, so that it is still told."""
        part = self.subset(identities[self.labels])
        part.skipped = self.skipped
        return part

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
        return load(self, size, channels, on_error)

    def fingerprint(self, samples: int = 256) -> str:
        """sha256 (hex) over all keys, labels and identities, and the bytes of up to `samples` images.

        The images sampled are evenly spaced, so the same data always give the same fingerprint.
        """
        digest = hashlib.sha256(f"{len(self)} {len(self.identities)}\n".encode())
        names = itertools.chain(self.identities, self.keys)
        while some := list(itertools.islice(names, 4096)):
            digest.update(b"".join(os.fsencode(name) + b"\0" for name in some))
        digest.update(self.labels.astype("<i4").tobytes())
        for index in np.unique(np.linspace(0, len(self) - 1, min(samples, len(self))).astype(int)):
            digest.update(hashlib.sha256(self.read(int(index))).digest())
        return digest.hexdigest()
