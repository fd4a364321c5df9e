"""Random numbers of a batch: one for each image, each from a seed of its own."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf


class Draws:
    """Draws (B,) numbers again and again; the order of the draws decides which seed each gets.

    Args:
        images: (B, H, W, C), of which only B is used.
        seed: int32 (2,).
        number: how many draws there may be.
    """

    def __init__(self, images: tf.Tensor, seed: tf.Tensor, number: int):
        self._count = images.shape[0] or tf.shape(images)[0]
        self._seeds = iter(tf.unstack(tf.random.experimental.stateless_split(seed, number)))

    def __call__(self, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
        """Numbers (B,) between low and high."""
        return tf.random.stateless_uniform([self._count], self.seed(), low, high)

    def seed(self) -> tf.Tensor:
        """The next seed."""
        return next(self._seeds)

    def perhaps(self, probability: float, change: Callable[[tf.Tensor], tf.Tensor], images: tf.Tensor) -> tf.Tensor:
        """The images, each changed with a probability."""
        return picked(self() < probability, change(images), images) if probability else images


def picked(which: tf.Tensor, changed: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """`changed` for those images (B,) of the batch, else `images`.

    (`tf.where` broadcasts the condition over all pixels, which costs many times what this copy of rows does.)
    """
    if images.dtype == tf.uint8:  # where two copies of rows take half the time
        rows = tf.range(tf.size(which)) + tf.size(which) * tf.cast(which, tf.int32)
        return tf.ensure_shape(tf.gather(tf.concat([images, changed], axis=0), rows), images.shape)
    return tf.raw_ops.Select(condition=which, x=changed, y=images)
