"""Batches for training: shuffled or P × K, augmented, standardised, the same under the same seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from . import sampling
from .augment import Augment
from .changes.mixing import mix_up
from .drawn import Drawn
from .faceset import FaceSet
from .image_reader import ImageReader
from .share import Rows
from .splits import class_weights as weights_of
from .standard_batch import standardized
from .transform import augment_batch


def training_batches(
    images: np.ndarray | FaceSet | ImageReader,
    labels: Sequence[int] | np.ndarray | None = None,
    batch_size: int | None = None,
    *,
    augment: Augment | None = None,
    identities_per_batch: int | None = None,
    images_per_identity: int | None = None,
    mirror_identities: bool = False,
    class_weights: bool = False,
    seed: int = 0,
    first_epoch: int = 0,
    input_context: tf.distribute.InputContext | None = None,
) -> tf.data.Dataset:
    """Batches of standardised images for `fit`: each pass over the dataset is one newly drawn epoch.

    Plain batches show every image in every epoch. With P identities × K images per batch (what pair
    and triplet losses want) no image comes twice in a batch while its identity has others. Epoch e of
    a seed is always the same, in whatever process, so a run resumes with `first_epoch=e`.

    Args:
        images: uint8 (N, H, W, C), held in memory; or a `FaceSet`, whose images are read and decoded while the model
            trains (in the size of the first one and with three colours; `ImageReader` says otherwise).
        labels: integers (N,); None for those of the `FaceSet`.
        batch_size: images in a batch, at most N. With P × K it may be left out.
        augment: random changes of the images; None for none.
        identities_per_batch: P.
        images_per_identity: K.
        mirror_identities: whether every image comes a second time, mirrored, as of a person more: twice the classes.
        class_weights: whether batches carry weights of the images under which every identity counts the same, as
            `tfface.data.class_weights` gives them.
        seed: of order and augmentation, not negative.
        first_epoch: the number of the first epoch.
        input_context: of one of several workers, as `strategy.distribute_datasets_from_function` gives it: then the
            dataset makes the rows of this worker only, in batches for each of its replicas. All workers together make
            the same batches as one alone.

    Returns:
        A finite dataset of (float32 (B, H, W, C), int32 (B,)), or with `class_weights` float32 (B,) more; shapes are
        static.

    Raises:
        TypeError: if the images are not uint8.
        ValueError: if shapes or sizes do not fit.
        ImageError: if the first image of a set cannot be read; of others the dataset tells when it meets them.

    Example:
        >>> batches = training_batches(faces.images(), faces.labels, 32, augment=Augment(shift=0.05))
        >>> history = model.fit(batches, epochs=10, verbose=0)
        >>> from_files = training_batches(faces, batch_size=32)
    """
    sample = _sampled(batch_size, identities_per_batch, images_per_identity)
    drawn = Drawn(images, labels, sample, seed, mirror_identities, input_context, _mixes(augment))
    return drawn.epochs(_loaded(augment, drawn.labels if class_weights else None), first_epoch)


def training_stream(
    images: np.ndarray | FaceSet | ImageReader,
    labels: Sequence[int] | np.ndarray | None = None,
    batch_size: int | None = None,
    *,
    augment: Augment | None = None,
    identities_per_batch: int | None = None,
    images_per_identity: int | None = None,
    mirror_identities: bool = False,
    class_weights: bool = False,
    seed: int = 0,
    first_epoch: int = 0,
    first_step: int = 0,
    input_context: tf.distribute.InputContext | None = None,
) -> tf.data.Dataset:
    """The batches of `training_batches`, epoch after epoch without an end, from any step on: to resume a training.

    Every pass over it starts at that step. The batches before it are not made, so that it starts at once.

    Args:
        images, labels, batch_size, augment, identities_per_batch: as in `training_batches`.
        images_per_identity, mirror_identities, class_weights, seed: as in `training_batches`.
        first_epoch: the number of the first epoch.
        first_step: steps of that epoch that are left out.
        input_context: as in `training_batches`.

    Returns:
        An infinite dataset of (float32 (B, H, W, C), int32 (B,)), or with `class_weights` float32 (B,) more.

    Raises:
        TypeError: if the images are not uint8.
        ValueError: if shapes or sizes do not fit.

    Example:
        >>> batches = training_stream(faces.images(), faces.labels, 32, first_epoch=3, first_step=2)
        >>> images, labels = next(iter(batches))
    """
    sample = _sampled(batch_size, identities_per_batch, images_per_identity)
    drawn = Drawn(images, labels, sample, seed, mirror_identities, input_context, _mixes(augment))
    return drawn.stream(_loaded(augment, drawn.labels if class_weights else None), first_epoch, first_step)


def _mixes(augment):
    """Whether images of a batch are mixed with each other."""
    return augment is not None and augment.mixup > 0


def _loaded(augment, balanced):
    """Pixels, labels and a seed to what a model is given; `balanced` are all labels, if they are to count the same."""
    weights = None if balanced is None else tf.constant(weights_of(balanced))

    def load(images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor, rows: Rows | None) -> tuple[tf.Tensor, ...]:
        if augment is not None:
            images = augment_batch(images, augment, seed, rows)
            if augment.mixup:
                own = tf.random.experimental.stateless_fold_in(seed, 1)
                images, labels = mix_up(tf.cast(images, tf.float32), labels, augment.mixup, own)
        more = () if weights is None else (tf.gather(weights, labels),)
        return standardized(images), labels, *more

    return load


def _sampled(batch_size, identities, images):
    """What makes of labels the sampler of their batches."""
    if identities is None and images is None:
        if batch_size is None:
            raise ValueError("batch_size: expected a number, got None")
        return lambda labels: sampling.ShuffledBatches(len(labels), batch_size)
    if identities is None or images is None:
        raise ValueError(
            f"identities_per_batch, images_per_identity: expected both or neither, got {identities!r} and {images!r}"
        )
    if batch_size not in (None, identities * images):
        raise ValueError(
            f"batch_size: {identities} identities × {images} images make {identities * images}, got {batch_size!r}"
        )
    return lambda labels: sampling.IdentityBatches(labels, identities, images)
