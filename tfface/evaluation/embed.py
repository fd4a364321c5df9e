"""Images to embeddings, with whatever computes them: the one place where evaluation meets a model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def embed(model: Callable, images: np.ndarray, batch_size: int = 256, flip: bool = False, shift: int = 0) -> np.ndarray:
    """Embed images in batches; not normalised, as the protocols do that themselves.

    Args:
        model: a `FaceModel` or anything with `embed(images, batch_size=, normalize=)`, a Keras model
            that gives embeddings (its `predict` is used), or a function of a batch.
        images: (N, H, W, C) as the model takes them, so usually standardised.
        batch_size: images in a batch.
        flip: add the embedding of the mirror image, as InsightFace's flip test does.
        shift: add the embeddings of the image moved by so many pixels along both diagonals; with `flip` these are the
            ten views of ten-crop testing.

    Returns:
        float32 array (N, D).

    Raises:
        ValueError: if `images` is not of rank 4 or empty, `shift` moves them out of sight, or the model gives no
            (N, D).

    Example:
        >>> embeddings = embed(backbone, tfface.data.standardize(faces.images()), flip=True)
    """
    images = np.asarray(images)
    if images.ndim != 4 or not len(images):
        raise ValueError(f"images: expected shape (N, H, W, C) with N above 0, got {images.shape}")
    if batch_size < 1:
        raise ValueError(f"batch_size: expected at least 1, got {batch_size!r}")
    if not 0 <= shift < min(images.shape[1:3]):
        raise ValueError(f"shift: expected pixels from 0 to {min(images.shape[1:3]) - 1}, got {shift!r}")
    views = [view for moved in _moved(images, shift) for view in ([moved, moved[:, :, ::-1]] if flip else [moved])]
    return sum(_embed(model, view, batch_size) for view in views)


def _moved(images, shift):
    """The images, and those moved along both diagonals, their edges repeated."""
    if not shift:
        return [images]
    height, width = images.shape[1:3]
    padded = np.pad(images, ((0, 0), (shift, shift), (shift, shift), (0, 0)), "edge")
    corners = [(y, x) for y in (0, 2 * shift) for x in (0, 2 * shift)]
    return [padded[:, y : y + height, x : x + width] for y, x in [(shift, shift), *corners]]


def _embed(model, images, batch_size):
    if hasattr(model, "embed"):
        embeddings = model.embed(images, batch_size=batch_size, normalize=False)
    elif hasattr(model, "predict"):
        embeddings = model.predict(images, batch_size=batch_size, verbose=0)
    else:
        starts = range(0, len(images), batch_size)
        embeddings = np.concatenate([np.asarray(model(images[at : at + batch_size])) for at in starts])
    embeddings = np.asarray(embeddings, np.float32)
    if embeddings.ndim != 2 or len(embeddings) != len(images):
        raise ValueError(f"model: expected embeddings of shape ({len(images)}, D), got {embeddings.shape}")
    return embeddings
