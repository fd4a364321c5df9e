"""Images to embeddings, with whatever computes them: the one place where evaluation meets a model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_BATCHES = 16  # embedded at a time: memory does not grow with the number of images
FLIPS = ("none", "sum", "concatenate")


def embed(
    model: Callable,
    images: np.ndarray,
    batch_size: int = 256,
    flip: bool | str = False,
    shift: int = 0,
    standardize: Callable[[np.ndarray], np.ndarray] | None = None,
) -> np.ndarray:
    """Embed images in batches; not normalised, as the protocols do that themselves.

    Args:
        model: a `FaceModel` or anything with `embed(images, batch_size=, normalize=)`, a Keras model
            that gives embeddings (its `predict` is used), or a function of a batch. Under a strategy, the first two
            share the work among the replicas.
        images: (N, H, W, C), or with `standardize` what that takes.
        batch_size: images in a batch.
        flip: what becomes of the mirror image: `"sum"` (or True) adds its embedding, as InsightFace's flip test does,
            `"concatenate"` puts it behind the other, `"none"` (or False) takes none.
        shift: add the embeddings of the image moved by so many pixels along both diagonals; with `flip` these are the
            ten views of ten-crop testing.
        standardize: makes of some images what the model takes, say `tfface.data.standardize` of pixels; None where
            they are so already.

    Returns:
        float32 array (N, D), with `"concatenate"` (N, 2 D).

    Raises:
        ValueError: if `images` is not of rank 4 or empty, `flip` is no such way, `shift` moves them out of sight, or
            the model gives no (N, D).

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
    way = flip_name(flip)
    pieces = [images[start : start + _BATCHES * batch_size] for start in range(0, len(images), _BATCHES * batch_size)]
    return np.concatenate(
        [_embed_views(model, standardize(one) if standardize else one, batch_size, way, shift) for one in pieces]
    )


def flip_name(flip: bool | str) -> str:
    """What becomes of mirror images, by name: `"none"`, `"sum"` or `"concatenate"`.

    Args:
        flip: True for `"sum"`, False for `"none"`, or a name.

    Raises:
        ValueError: it is none of these.

    Example:
        >>> flip_name(True)
        'sum'
    """
    name = {False: "none", True: "sum"}.get(flip, flip)
    if name not in FLIPS:
        raise ValueError(f"flip: expected one of {', '.join(FLIPS)}, got {flip!r}")
    return name


def _embed_views(model, images, batch_size, flip, shift):
    moved = _moved(images, shift)
    upright = sum(_embed(model, view, batch_size) for view in moved)
    if flip == "none":
        return upright
    mirrored = sum(_embed(model, view[:, :, ::-1], batch_size) for view in moved)
    return upright + mirrored if flip == "sum" else np.concatenate([upright, mirrored], axis=1)


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
