"""Images of a FaceSet read when they are needed, a batch at a time; what to do about those that cannot be."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Iterator

import numpy as np

from .decoding import decode
from .faceset import FaceSet
from .faults import ImageError, check_on_error
from .quick import is_quick

_logger = logging.getLogger("tfface")
_HOPELESS = 1000  # images in a row, as when a disk is gone


class ImageReader:
    """The images of a FaceSet, from where they lie: `training_batches` and `two_views` decode them while they train.

    All come out in one size. Under `on_error="skip"` an image that cannot be read is replaced by the next one of its
    identity that can, or else by the next one of all; a line in the log of `tfface` names it, once. So an epoch is a
    function of its seed in spite of bad files.

    Args:
        faces: the set.
        size: (height, width) to which the images are resized; None: that of the first one, which all must then have.
        channels: 1 (grey) or 3 (RGB).
        on_error: `"stop"` or `"skip"`.

    Attributes:
        shape: (height, width, channels).
        skipped: a line for each image that was replaced so far.
        failure: what stopped the reading; None if nothing did.

    Raises:
        ImageError: the first image cannot be read, under `"stop"`.
        ValueError: for arguments that make no sense, or if no image can be read.

    Example:
        >>> reader = tfface.data.ImageReader(faces, size=(112, 112), on_error="skip")
        >>> batches = tfface.data.training_batches(reader, batch_size=4)
    """

    def __init__(self, faces: FaceSet, size: tuple[int, int] | None = None, channels: int = 3, on_error: str = "stop"):
        check_on_error(on_error)
        self.faces = faces
        self.skipped: list[str] = []
        self.failure: ValueError | None = None
        self._size, self._channels, self._on_error = size, channels, on_error
        self._instead: dict[int, int] = {}  # rows of bad images, and those of their replacements
        self._noted: set[int] = set()
        self._lock = threading.Lock()
        self.shape = None
        self.shape = self._readable(0)[1].shape

    def __len__(self) -> int:
        return len(self.faces)

    def encoded(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
        """The bytes of a batch, if TensorFlow can decode all of them to the pixels of `decoded`.

        Args:
            rows: (B,).

        Returns:
            Bytes (B,), the rows they come from (B,), and whether it can; else the bytes are empty.
        """
        used = [self._instead.get(row, row) for row in rows.tolist()]
        found = []
        try:
            for row in used:
                data = self.faces.read(row)
                if not is_quick(data, *self.shape[:2]):
                    break
                found.append(data)
        except ImageError:
            pass  # `decoded` meets it too, and knows what to do
        whole = len(found) == len(used)
        return np.array(found if whole else [b""] * len(used), object), np.array(used, np.int64), whole

    def decoded(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The pixels of a batch, uint8 (B, H, W, C), and the rows they come from (B,).

        Raises:
            ImageError: one cannot be read, under `"stop"`; the message names it.
            ValueError: one has another size, or too many in a row cannot be read.
        """
        images = np.empty((len(rows), *self.shape), np.uint8)
        used = np.empty(len(rows), np.int64)
        for place, row in enumerate(rows.tolist()):
            used[place], images[place] = self._readable(row)
        return images, used

    def _readable(self, row: int) -> tuple[int, np.ndarray]:
        """The image of a row, or of the row that stands in for it."""
        tried = 0
        for candidate in self._candidates(self._instead.get(row, row)):
            try:
                image = decode(self.faces.read(candidate), self.faces.where(candidate), self._size, self._channels)
                self._check_size(image, candidate)
            except ImageError as error:
                if self._on_error == "stop":
                    self.failure = error
                    raise
                tried += 1
                self._note(candidate, str(error))
                continue
            if tried:  # for this row only: the others' replacements do not depend on which was met first
                self._instead[row] = candidate
            return candidate, image
        self.failure = ValueError(
            f"{self.faces.source}: {tried} images in a row cannot be read; the last: {self.skipped[-1]}"
        )
        raise self.failure

    def _candidates(self, row: int) -> Iterator[int]:
        """A row, then the others of its identity behind it in a circle, then those of all."""
        yield row
        own = np.flatnonzero(self.faces.labels == self.faces.labels[row])
        own = np.roll(own, -np.searchsorted(own, row))[1:].tolist()
        others = ((row + step) % len(self) for step in range(1, len(self)))
        known = {row, *own}
        yield from itertools.islice(itertools.chain(own, (at for at in others if at not in known)), _HOPELESS)

    def _check_size(self, image: np.ndarray, row: int) -> None:
        if self.shape is not None and image.shape != self.shape:
            self.failure = ValueError(
                f"{self.faces.where(row)}: {image.shape[1]}×{image.shape[0]} pixels, but the first image is "
                f"{self.shape[1]}×{self.shape[0]}; give size=(height, width)"
            )
            raise self.failure

    def _note(self, row: int, line: str) -> None:
        with self._lock:
            if row in self._noted:
                return
            self._noted.add(row)
            self.skipped.append(line)
        _logger.warning("skipped %s", line)
