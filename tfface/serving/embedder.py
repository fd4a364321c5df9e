"""A trained model on the disk as what turns photographs into embeddings."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..data import FaceSet, ImageError, decode, standardize
from ..evaluation import embed

_BLOCK = 2**24


class Embedded(NamedTuple):
    """A batch of a set: embeddings (n, D) of the images at `rows`, and a line for each that was left out."""

    vectors: np.ndarray
    rows: list[int]
    skipped: list[str]


class Embedder:
    """Photographs in, embeddings out, by a model that `save` wrote.

    Photographs are decoded, resized as a whole to the model's input and standardised, as in training: they should show
    one face, cut out as those of the training were (`tfface prepare` aligns photographs).

    Args:
        path: a `.keras` file: a `FaceModel`, or a Keras model that gives embeddings.
        flip: add the embedding of the mirror image.

    Attributes:
        model: the Keras model.
        input_shape: (H, W, channels) of a photograph.
        embedding_size: D.

    Raises:
        ValueError: there is no such file, it is no Keras model, or the model gives no embeddings of images.

    Example:
        >>> embedder = tfface.serving.Embedder("model.keras")
        >>> vectors = embedder.photographs(["faces/anna/1.pgm", "faces/bo/1.pgm"])
    """

    def __init__(self, path: str | os.PathLike[str], flip: bool = True):
        self.path, self.flip = Path(path), flip
        self.model = _load(self.path)
        backbone = getattr(self.model, "backbone", self.model)
        self.input_shape, self.embedding_size = _shapes(backbone, self.path)

    def describe(self) -> dict:
        """What a gallery keeps of the model: embeddings are comparable where all of this is equal."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        return {"path": str(self.path.resolve()), "sha256": digest.hexdigest(), "flip": self.flip}

    def photographs(self, paths: Sequence[str | os.PathLike[str]]) -> np.ndarray:
        """Embeddings of image files (N, D).

        Raises:
            ValueError: a file cannot be read or decoded; the message names it.
        """
        return self(np.stack([self._decoded(_read(path), str(path)) for path in paths]))

    def faces(self, faces: FaceSet, on_error: str = "stop", batch_size: int = 256) -> Iterator[Embedded]:
        """Embeddings of a set, a batch at a time.

        Args:
            faces: the set.
            on_error: `"stop"` raises at the first image that cannot be read, `"skip"` leaves such images out.
            batch_size: images in a batch.

        Raises:
            ValueError: an image cannot be read or decoded; the message names it.
        """
        for start in range(0, len(faces), batch_size):
            images, rows, skipped = [], [], []
            for row in range(start, min(start + batch_size, len(faces))):
                try:
                    images.append(self._decoded(faces.read(row), faces.where(row)))
                    rows.append(row)
                except ImageError as error:
                    if on_error == "stop":
                        raise
                    skipped.append(str(error))
            vectors = self(np.stack(images)) if images else np.empty((0, self.embedding_size), np.float32)
            yield Embedded(vectors, rows, skipped)

    def _decoded(self, data, name):
        return decode(data, name, self.input_shape[:2], self.input_shape[2])

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Embeddings (N, D) of pixels, uint8 (N, H, W, channels)."""
        return embed(self.model, standardize(images), flip=self.flip)


def embedded(
    embedder: Embedder, faces: FaceSet, on_error: str = "stop", progress: Callable[[int], None] = lambda count: None
) -> tuple[np.ndarray, FaceSet, list[str]]:
    """Embeddings of a set, the set of the images that could be read, and a line for each other one.

    Args:
        embedder: the model.
        faces: the set.
        on_error: `"stop"` or `"skip"`, as in `Embedder.faces`.
        progress: told how many images more are done.

    Raises:
        ValueError: an image cannot be read, or none can.

    Example:
        >>> vectors, kept, skipped = embedded(tfface.serving.Embedder("model.keras"), faces)
        >>> vectors.shape, len(kept)
        ((40, 4), 40)
    """
    parts, rows, skipped = [], [], list(faces.skipped)
    for part in embedder.faces(faces, on_error):
        parts += [part.vectors] if part.rows else []
        rows += part.rows
        skipped += part.skipped
        progress(len(part.rows) + len(part.skipped))
    if not rows:
        raise ValueError(f"{faces.source}: none of {len(faces)} images can be read; first: {skipped[0]}")
    return np.concatenate(parts), faces if len(rows) == len(faces) else faces.subset(rows), skipped


def _read(path):
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ImageError(f"{path}: {error.strerror or error}") from error


def _load(path):
    if not path.is_file():
        raise ValueError(f"{path}: no such file; expected a model, say one that tfface train wrote (model.keras)")
    from tensorflow import keras

    from .. import models  # noqa: F401  what a file may name is known to Keras when it is imported

    try:
        return keras.models.load_model(path, compile=False)
    except Exception as error:  # Keras raises nearly anything for a file that is none of its own
        line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ValueError(f"{path}: not a model that can be loaded: {line}") from error


def _shapes(backbone, path):
    given, made = getattr(backbone, "input_shape", None), getattr(backbone, "output_shape", None)
    last = backbone.layers[-1] if getattr(backbone, "layers", None) else None
    if not (isinstance(made, tuple) and len(made) == 2 and made[1]) or hasattr(last, "num_classes"):
        what = f"ends in the head {last.name!r}" if hasattr(last, "num_classes") else f"gives {made}"
        raise ValueError(f"{path}: expected a model that gives embeddings (N, D), but it {what}; save its backbone")
    if not (isinstance(given, tuple) and len(given) == 4 and all(given[1:]) and given[3] in (1, 3)):
        raise ValueError(f"{path}: expected a model of images (N, H, W, 1 or 3) of one size, but it takes {given}")
    return given[1:], made[1]
