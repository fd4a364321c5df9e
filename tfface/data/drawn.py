"""Batches that are drawn anew each epoch, the same under the same seed, loaded in a tf.data pipeline."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import tensorflow as tf


class Drawn:
    """The batches of a seed: which images, and what they are loaded to.

    Args:
        images: uint8 (N, H, W, C).
        labels: integers (N,).
        sample: of the labels it makes what plans the rows of an epoch's batches, as in `sampling`.
        seed: of order and changes, not negative.

    Raises:
        TypeError: if the images are not uint8.
        ValueError: if shapes do not fit.
    """

    def __init__(self, images: np.ndarray, labels: Sequence[int] | np.ndarray, sample: Callable, seed: int):
        images, labels = np.asarray(images), np.asarray(labels, np.int32)
        if images.dtype != np.uint8:
            raise TypeError(f"images: expected uint8 (pixels 0..255), got {images.dtype}")
        if images.ndim != 4:
            raise ValueError(f"images: expected shape (N, H, W, C), got {images.shape}")
        if labels.shape != images.shape[:1]:
            raise ValueError(f"labels: expected shape {images.shape[:1]}, got {labels.shape}")
        _not_negative("seed", seed)
        self._sampler, self._seed = sample(labels), seed
        self._signature = (tf.TensorSpec([self._sampler.batch_size], tf.int64), tf.TensorSpec([2], tf.int32))
        with tf.device("CPU"):  # where the pipeline runs, even if there is a GPU
            self._pixels, self._identity = tf.constant(images), tf.constant(labels)

    def epochs(self, load: Callable, first: int) -> tf.data.Dataset:
        """A finite dataset, each pass over which is the next epoch, of what `load(images, labels, seed)` makes."""
        _not_negative("first_epoch", first)
        epochs = itertools.count(first)
        plans = tf.data.Dataset.from_generator(lambda: self._plan(next(epochs)), output_signature=self._signature)
        return self._loaded(plans, load).apply(tf.data.experimental.assert_cardinality(self._sampler.steps))

    def stream(self, load: Callable, first_epoch: int, first_step: int) -> tf.data.Dataset:
        """All epochs one after the other, from a step on; every pass over it starts there."""
        _not_negative("first_epoch", first_epoch)
        steps = self._sampler.steps
        if not 0 <= first_step <= steps:
            raise ValueError(f"first_step: expected 0..{steps}, the steps of an epoch, got {first_step!r}")

        def plan(epoch: np.int64) -> Iterator[tuple[np.ndarray, np.ndarray]]:
            return itertools.islice(self._plan(epoch), first_step if epoch == first_epoch else 0, None)

        plans = tf.data.Dataset.counter(first_epoch).flat_map(
            lambda epoch: tf.data.Dataset.from_generator(plan, args=(epoch,), output_signature=self._signature)
        )
        endless = tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY)
        return self._loaded(plans, load).apply(endless)

    def _plan(self, epoch: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """For each step of an epoch the rows of its images, and the seed of their changes."""
        rng = np.random.default_rng([self._seed, epoch])
        for rows in self._sampler.plan(rng):
            yield rows, rng.integers(2**31, size=2, dtype=np.int32)

    def _loaded(self, plans: tf.data.Dataset, load: Callable) -> tf.data.Dataset:
        def of_rows(rows, seed):
            return load(tf.cast(tf.gather(self._pixels, rows), tf.float32), tf.gather(self._identity, rows), seed)

        batches = plans.map(of_rows, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        options = tf.data.Options()  # of several workers each takes its rows of every batch
        options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
        return batches.prefetch(tf.data.AUTOTUNE).with_options(options)


def _not_negative(name, value):
    if value < 0:
        raise ValueError(f"{name}: expected at least 0, got {value!r}")
