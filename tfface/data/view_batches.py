"""Batches of two views of each image, for a TwoViewModel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from .drawn import Drawn
from .faceset import FaceSet
from .image_reader import ImageReader
from .sampling import ShuffledBatches
from .view_step import pair_of
from .views import Views, changes


def two_views(
    images: np.ndarray | FaceSet | ImageReader,
    labels: Sequence[int] | np.ndarray | None = None,
    batch_size: int = 256,
    *,
    preset: str | Views | tuple[Views, Views] = "faces",
    mirror_identities: bool = False,
    seed: int = 0,
    first_epoch: int = 0,
    input_context: tf.distribute.InputContext | None = None,
) -> tf.data.Dataset:
    """Batches of two standardised views of every image: each pass over the dataset is one newly drawn epoch.

    Presets: `"faces"`, mild enough to keep the face and its identity; those of the papers, for photographs of things:
    `"simclr"`, `"moco"`, `"simsiam"`, `"supcon"`, and `"byol"`, `"barlow_twins"`, `"vicreg"`, whose views differ
    (the first is always blurred, the second sometimes solarized). Epoch e of a seed is always the same.

    Args:
        images: uint8 (N, H, W, C) held in memory; or a `FaceSet` or `ImageReader`, whose images are read and decoded
            while the model trains.
        labels: integers (N,), for losses that take labels; None for none, also for a `FaceSet`.
        batch_size: images in a batch, from 2 to N.
        preset: a name, `tfface.data.Views(...)` for both views, or a pair of these.
        mirror_identities: whether every image comes a second time, mirrored, as of a person more.
        seed: of order and changes, not negative.
        first_epoch: the number of the first epoch.
        input_context: of one of several workers, as in `training_batches`: then its rows only.

    Returns:
        A finite dataset of ((first, second),), float32 (B, H, W, C) each; with labels ((first, second), int32 (B,)).

    Raises:
        TypeError: if the images are not uint8.
        ValueError: if shapes or sizes do not fit, or for an unknown preset.

    Example:
        >>> batches = tfface.data.two_views(faces.images(), batch_size=8, preset="simsiam")
        >>> ((first, second),) = next(iter(batches))
        >>> first.shape == second.shape == (8, 8, 8, 3)
        True
    """
    loaded = _loaded(changes(preset), labels is not None)
    return _drawn(images, labels, batch_size, seed, mirror_identities, input_context).epochs(loaded, first_epoch)


def two_view_stream(
    images: np.ndarray | FaceSet | ImageReader,
    labels: Sequence[int] | np.ndarray | None = None,
    batch_size: int = 256,
    *,
    preset: str | Views | tuple[Views, Views] = "faces",
    mirror_identities: bool = False,
    seed: int = 0,
    first_epoch: int = 0,
    first_step: int = 0,
    input_context: tf.distribute.InputContext | None = None,
) -> tf.data.Dataset:
    """The batches of `two_views`, epoch after epoch without an end, from any step on: to resume a training.

    Args:
        images, labels, batch_size, preset, mirror_identities, seed: as in `two_views`.
        first_epoch: the number of the first epoch.
        first_step: steps of that epoch that are left out.
        input_context: as in `two_views`.

    Returns:
        An infinite dataset of ((first, second),), or with labels ((first, second), int32 (B,)).

    Raises:
        TypeError: if the images are not uint8.
        ValueError: if shapes or sizes do not fit, or for an unknown preset.

    Example:
        >>> batches = tfface.data.two_view_stream(faces.images(), batch_size=8, first_epoch=3, first_step=2)
    """
    loaded = _loaded(changes(preset), labels is not None)
    drawn = _drawn(images, labels, batch_size, seed, mirror_identities, input_context)
    return drawn.stream(loaded, first_epoch, first_step)


def _drawn(images, labels, batch_size, seed, mirror_identities, worker):
    if batch_size < 2:
        raise ValueError(f"batch_size: expected at least 2, for images are compared with others, got {batch_size!r}")
    labels = np.zeros(len(images), np.int32) if labels is None else labels

    def sample(labels):
        return ShuffledBatches(len(labels), batch_size)

    return Drawn(images, labels, sample, seed, mirror_identities, worker)


def _loaded(views, with_labels):
    def load(images, labels, seed, rows):
        pair = pair_of(images, views, seed, rows)
        return (pair, labels) if with_labels else (pair,)

    return load
