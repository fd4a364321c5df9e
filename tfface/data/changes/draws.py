"""Random numbers of a batch: one for each image, each from a seed of its own."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from ..share import Rows


class Draws:
    """Draws (B,) numbers again and again; the order of the draws decides which seed each gets.

    Args:
        images: (B, H, W, C), of which only B is used.
        seed: int32 (2,).
        number: how many draws there may be.
        rows: which rows of a batch the images are, if not all: they get the numbers that they get there.
    """

    def __init__(self, images: tf.Tensor, seed: tf.Tensor, number: int, rows: Rows | None = None):
        self._count, self._rows = rows.of if rows else images.shape[0] or tf.shape(images)[0], rows
        self._seeds = iter(tf.unstack(tf.random.experimental.stateless_split(seed, number, alg="philox")))

    def __call__(self, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
        """Numbers (B,) between low and high."""
        drawn = low + (high - low) * _uniform([self._count], self.seed())
        return self._rows.cut(drawn) if self._rows else drawn

    def three(self) -> list[tf.Tensor]:
        """Three times numbers (B,) between 0 and 1, of one seed."""
        drawn = tf.unstack(_uniform([3, self._count], self.seed()))
        return [self._rows.cut(numbers) for numbers in drawn] if self._rows else drawn

    def seed(self) -> tf.Tensor:
        """The next seed."""
        return next(self._seeds)

    def perhaps(self, probability: float, change: Callable[[tf.Tensor], tf.Tensor], images: tf.Tensor) -> tf.Tensor:
        """The images, each changed with a probability."""
        return picked(self() < probability, change(images), images) if probability else images


def _uniform(shape, seed):
    """Numbers from 0 to 1, the same on every device; of the same bits, TensorFlow and XLA make different ones."""
    bits = tf.random.stateless_uniform(shape, seed, None, None, tf.int32, alg="philox")
    return tf.cast(tf.bitwise.bitwise_and(bits, 2**23 - 1), tf.float32) * 2.0**-23


def picked(which: tf.Tensor, changed: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """`changed` for those images (B,) of the batch, else `images`.

    (`tf.where` broadcasts the condition over all pixels, which costs many times what this copy of rows does.)
    """
    if images.dtype == tf.uint8:  # where two copies of rows take half the time
        rows = tf.range(tf.size(which)) + tf.size(which) * tf.cast(which, tf.int32)
        return tf.ensure_shape(tf.gather(tf.concat([images, changed], axis=0), rows), images.shape)
    return tf.raw_ops.Select(condition=which, x=changed, y=images)
