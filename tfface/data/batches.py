"""Batches for training: shuffled or P × K, augmented, standardised, the same under the same seed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf

from . import sampling
from .augment import Augment
from .standard import MEAN, SCALE
from .transform import augment_batch


def training_batches(
    images: np.ndarray,
    labels: Sequence[int] | np.ndarray,
    batch_size: int | None = None,
    *,
    augment: Augment | None = None,
    identities_per_batch: int | None = None,
    images_per_identity: int | None = None,
    seed: int = 0,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """Batches of standardised images for `fit`: each pass over the dataset is one newly drawn epoch.

    Plain batches show every image in every epoch. With P identities × K images per batch (what pair
    and triplet losses want) no image comes twice in a batch while its identity has others. Epoch e of
    a seed is always the same, in whatever process, so a run resumes with `first_epoch=e`.

    Args:
        images: uint8 (N, H, W, C), held in memory.
        labels: integers (N,).
        batch_size: images in a batch, at most N. With P × K it may be left out.
        augment: random changes of the images; None for none.
        identities_per_batch: P.
        images_per_identity: K.
        seed: of order and augmentation, not negative.
        first_epoch: the number of the first epoch.

    Returns:
        A finite dataset of (float32 (B, H, W, C), int32 (B,)) with static shapes.

    Raises:
        TypeError: if the images are not uint8.
        ValueError: if shapes or sizes do not fit.

    Example:
        >>> batches = training_batches(faces.images(), faces.labels, 32, augment=Augment(shift=0.05))
        >>> history = model.fit(batches, epochs=10, verbose=0)
    """
    drawn = _Drawn(images, labels, batch_size, identities_per_batch, images_per_identity, augment, seed, first_epoch)
    epochs = itertools.count(first_epoch)
    plans = tf.data.Dataset.from_generator(lambda: drawn.plan(next(epochs)), output_signature=drawn.signature)
    return drawn.load(plans).apply(tf.data.experimental.assert_cardinality(drawn.sampler.steps))


def training_stream(
    images: np.ndarray,
    labels: Sequence[int] | np.ndarray,
    batch_size: int | None = None,
    *,
    augment: Augment | None = None,
    identities_per_batch: int | None = None,
    images_per_identity: int | None = None,
    seed: int = 0,
    first_epoch: int = 0,
    first_step: int = 0,
) -> tf.data.Dataset:
    """The batches of `training_batches`, epoch after epoch without an end, from any step on: to resume a training.

    Every pass over it starts at that step. The batches before it are not made, so that it starts at once.

    Args:
        images, labels, batch_size, augment, identities_per_batch, images_per_identity, seed: as in
            `training_batches`.
        first_epoch: the number of the first epoch.
        first_step: steps of that epoch that are left out.

    Returns:
        An infinite dataset of (float32 (B, H, W, C), int32 (B,)) with static shapes.

    Raises:
        TypeError: if the images are not uint8.
        ValueError: if shapes or sizes do not fit.

    Example:
        >>> batches = training_stream(faces.images(), faces.labels, 32, first_epoch=3, first_step=2)
        >>> images, labels = next(iter(batches))
    """
    drawn = _Drawn(images, labels, batch_size, identities_per_batch, images_per_identity, augment, seed, first_epoch)
    if not 0 <= first_step <= drawn.sampler.steps:
        raise ValueError(f"first_step: expected 0..{drawn.sampler.steps}, the steps of an epoch, got {first_step!r}")

    def plan(epoch: np.int64) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        return itertools.islice(drawn.plan(epoch), first_step if epoch == first_epoch else 0, None)

    plans = tf.data.Dataset.counter(first_epoch).flat_map(
        lambda epoch: tf.data.Dataset.from_generator(plan, args=(epoch,), output_signature=drawn.signature)
    )
    return drawn.load(plans).apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY))


class _Drawn:
    """The batches of a seed: which images, and what they are loaded to."""

    def __init__(self, images, labels, batch_size, identities, per_identity, augment, seed, first_epoch):
        images, labels = np.asarray(images), np.asarray(labels, np.int32)
        if images.dtype != np.uint8:
            raise TypeError(f"images: expected uint8 (pixels 0..255), got {images.dtype}")
        if images.ndim != 4:
            raise ValueError(f"images: expected shape (N, H, W, C), got {images.shape}")
        if labels.shape != images.shape[:1]:
            raise ValueError(f"labels: expected shape {images.shape[:1]}, got {labels.shape}")
        for name, value in (("seed", seed), ("first_epoch", first_epoch)):
            if value < 0:
                raise ValueError(f"{name}: expected at least 0, got {value!r}")
        self.sampler = _sampler(labels, batch_size, identities, per_identity)
        self.signature = (tf.TensorSpec([self.sampler.batch_size], tf.int64), tf.TensorSpec([2], tf.int32))
        self.augment, self.seed = augment, seed
        with tf.device("CPU"):  # where the pipeline runs, even if there is a GPU
            self.pixels, self.identity = tf.constant(images), tf.constant(labels)

    def plan(self, epoch: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """For each step of an epoch the rows of its images, and the seed of their changes."""
        rng = np.random.default_rng([self.seed, epoch])
        for rows in self.sampler.plan(rng):
            yield rows, rng.integers(2**31, size=2, dtype=np.int32)

    def load(self, plans: tf.data.Dataset) -> tf.data.Dataset:
        """The batches of rows and seeds."""
        batches = plans.map(self._load, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        return batches.prefetch(tf.data.AUTOTUNE)

    def _load(self, rows: tf.Tensor, step_seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        batch = tf.cast(tf.gather(self.pixels, rows), tf.float32)
        if self.augment is not None:
            batch = augment_batch(batch, self.augment, step_seed)
        return (batch - MEAN) / SCALE, tf.gather(self.identity, rows)


def _sampler(labels, batch_size, identities, images):
    if identities is None and images is None:
        if batch_size is None:
            raise ValueError("batch_size: expected a number, got None")
        return sampling.ShuffledBatches(len(labels), batch_size)
    if identities is None or images is None:
        raise ValueError(
            f"identities_per_batch, images_per_identity: expected both or neither, got {identities!r} and {images!r}"
        )
    sampler = sampling.IdentityBatches(labels, identities, images)
    if batch_size not in (None, sampler.batch_size):
        raise ValueError(
            f"batch_size: {identities} identities × {images} images make {sampler.batch_size}, got {batch_size!r}"
        )
    return sampler
