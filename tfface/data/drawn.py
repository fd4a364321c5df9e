"""Batches that are drawn anew each epoch, the same under the same seed, loaded in a tf.data pipeline."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from .changes.geometry import mirror
from .faceset import FaceSet
from .image_reader import ImageReader
from .origins import FromFiles, InMemory
from .share import Share


class Drawn:
    """The batches of a seed: which images, and what they are loaded to.

    Args:
        images: uint8 (N, H, W, C), a FaceSet or an ImageReader.
        labels: integers (N,); None for those of the FaceSet.
        sample: of the labels it makes what plans the rows of an epoch's batches, as in `sampling`.
        seed: of order and changes, not negative.
        mirror_identities: whether every image comes a second time, mirrored, as one of another identity: N more rows,
            whose labels follow those of the first.
        worker: the worker that they are made for, where each makes its own rows of every batch; None: whole batches.
        mixes: whether batches have to be made whole all the same, since their images are mixed.

    Attributes:
        labels: of all rows, those in the mirror included.

    Raises:
        TypeError: if the images are not uint8.
        ValueError: if shapes do not fit.
        ImageError: if the first image cannot be read.
    """

    def __init__(
        self,
        images: np.ndarray | FaceSet | ImageReader,
        labels: Sequence[int] | np.ndarray | None,
        sample: Callable,
        seed: int,
        mirror_identities: bool = False,
        worker: tf.distribute.InputContext | None = None,
        mixes: bool = False,
    ):
        if isinstance(images, FaceSet):
            images = ImageReader(images)
        self._origin = FromFiles(images) if isinstance(images, ImageReader) else InMemory(images)
        self._count, self._mirrored = self._origin.count, mirror_identities
        if labels is None and isinstance(images, ImageReader):
            labels = images.faces.labels
        labels = np.asarray(labels, np.int32)
        if labels.shape != (self._count,):
            raise ValueError(f"labels: expected shape {(self._count,)}, got {labels.shape}")
        _not_negative("seed", seed)
        if mirror_identities:
            mirrored = np.where(labels < 0, labels, labels + labels.max() + 1)  # -1: nobody knows who
            labels = np.concatenate([labels, mirrored])
        self.labels = labels
        self._sampler, self._seed = sample(labels), seed
        self._share, self._mixes = worker and Share(worker, self._sampler.batch_size), mixes
        with tf.device("CPU"):  # where the pipeline runs, even if there is a GPU
            self._identity = tf.constant(labels)

    def epochs(self, load: Callable, first: int) -> tf.data.Dataset:
        """A finite dataset, each pass over which is the next epoch, of what `load(images, labels, seed, rows)` makes.

        `rows` says which rows of the batch these are; None: all.
        """
        _not_negative("first_epoch", first)
        epochs = itertools.count(first)

        def plan(_) -> list[np.ndarray]:
            return self._plan(next(epochs))

        plans = tf.data.Dataset.range(1).flat_map(lambda pass_: self._planned(plan, pass_))
        return self._loaded(plans, load, self._sampler.steps)

    def stream(self, load: Callable, first_epoch: int, first_step: int) -> tf.data.Dataset:
        """All epochs one after the other, from a step on; every pass over it starts there."""
        _not_negative("first_epoch", first_epoch)
        steps = self._sampler.steps
        if not 0 <= first_step <= steps:
            raise ValueError(f"first_step: expected 0..{steps}, the steps of an epoch, got {first_step!r}")

        def plan(epoch: np.int64) -> list[np.ndarray]:
            return [part[first_step if epoch == first_epoch else 0 :] for part in self._plan(epoch)]

        plans = tf.data.Dataset.counter(first_epoch).flat_map(lambda epoch: self._planned(plan, epoch))
        return self._loaded(plans, load, tf.data.INFINITE_CARDINALITY)

    def _plan(self, epoch: int) -> list[np.ndarray]:
        """For each step of an epoch the rows of its images (steps, B), and the seed of their changes (steps, 2)."""
        rng = np.random.default_rng([self._seed, epoch])
        rows = self._sampler.plan(rng).astype(np.int64)
        return [rows, rng.integers(2**31, size=(len(rows), 2), dtype=np.int32)]

    def _planned(self, plan: Callable, epoch: tf.Tensor) -> tf.data.Dataset:
        """The steps of an epoch that `plan` draws when they are needed."""
        rows, seeds = tf.numpy_function(plan, [epoch], (tf.int64, tf.int32))
        shapes = [None, self._sampler.batch_size], [None, 2]
        return tf.data.Dataset.from_tensor_slices((tf.ensure_shape(rows, shapes[0]), tf.ensure_shape(seeds, shapes[1])))

    def _loaded(self, plans: tf.data.Dataset, load: Callable, batches: int) -> tf.data.Dataset:
        own = self._share.rows if self._share and not self._mixes else None

        def images_of(rows, seed):
            rows = own.cut(rows) if own else rows
            return rows % self._count, rows // self._count, seed

        def of_rows(images, rows, mirrored, seed):
            if self._mirrored:
                images = mirror(images, mirrored == 1)
            return load(images, tf.gather(self._identity, rows + mirrored * self._count), seed, own)

        loaded = self._origin.pixels(plans.map(images_of)).map(
            of_rows, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True
        )
        counted = loaded.apply(tf.data.experimental.assert_cardinality(batches))
        if self._share:
            counted = self._share.of_replicas(self._share.of_whole(counted) if self._mixes else counted)
        options = tf.data.Options()  # of several workers each takes its rows, if it was given whole batches
        options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
        return counted.prefetch(tf.data.AUTOTUNE).with_options(options)


def _not_negative(name, value):
    if value < 0:
        raise ValueError(f"{name}: expected at least 0, got {value!r}")
