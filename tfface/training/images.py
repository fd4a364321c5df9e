"""The images to train on: decoded once and held in memory, or read again and again while the model trains."""

import numpy as np

from .. import data
from .schema import Data

MEMORY = 2**30  # bytes of pixels up to which `memory: auto` holds them; TensorFlow sends no more to another worker


class TrainingImages:
    """The images of a set in the way that a recipe's `data` asks for.

    Args:
        faces: the set.
        settings: the recipe's `data`.

    Attributes:
        faces: the set, without images that could not be read when all were decoded.
        source: what `training_batches` takes: an array, or a reader of the files.
        shape: (height, width, channels).

    Raises:
        ImageError: an image cannot be read, and the recipe says to stop there.
        ValueError: the images have different sizes, and the recipe names none.
    """

    def __init__(self, faces: data.FaceSet, settings: Data):
        size = tuple(settings.size) if settings.size else None
        options = size, settings.channels, settings.on_error
        self._mirrored = settings.mirror_identities
        self.faces, self.source = faces, None
        if settings.memory is not True:
            self.source = data.ImageReader(faces, *options)
            fits = len(faces) * np.prod(self.source.shape, dtype=np.int64) <= MEMORY
        if settings.memory is True or (settings.memory == "auto" and fits):
            self.source, self.faces, self._skipped = faces.load(*options)
        self.shape = self.source.shape[-3:]

    @property
    def in_memory(self) -> bool:
        """Whether they are held in memory."""
        return isinstance(self.source, np.ndarray)

    @property
    def skipped(self) -> list[str]:
        """A line for each image that could not be read so far."""
        return self._skipped if self.in_memory else [*self.faces.skipped, *self.source.skipped]

    @property
    def failure(self) -> ValueError | None:
        """What stopped the reading during training; None if nothing did."""
        return None if self.in_memory else self.source.failure

    @property
    def labels(self) -> np.ndarray:
        """Those to learn: with `mirror_identities` of as many people more, seen in the mirror."""
        labels = self.faces.labels
        return np.concatenate([labels, labels + len(self.faces.identities)]) if self._mirrored else labels

    def some(self, count: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """So many images, evenly spaced, standardised, and their labels; None for all, also those in the mirror."""
        rows = np.arange(len(self.labels))
        if count is not None:
            rows = np.unique(np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int))
        mirrored, own = np.divmod(rows, len(self.faces))
        images = self.source[own] if self.in_memory else self.source.decoded(own)[0]
        images[mirrored == 1] = images[mirrored == 1][:, :, ::-1]
        return data.standardize(images), self.labels[rows]
