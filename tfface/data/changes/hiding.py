"""Grey shapes that hide a part of the face."""

from __future__ import annotations

import tensorflow as tf

from ..standard import MEAN
from .draws import Draws


def cut_out(images: tf.Tensor, probability: float, size: float, drawn: list[tf.Tensor]) -> tf.Tensor:
    """A grey square in some of the images, its side a fraction of the shorter side.

    `drawn` are three numbers of each image: whether, and where.
    """
    height, width = images.shape[1:3]
    side = max(1, round(size * min(height, width)))
    hidden, top, left = drawn
    rows = tf.range(height) - tf.cast(top * (height - side + 1), tf.int32)[:, None]
    columns = tf.range(width) - tf.cast(left * (width - side + 1), tf.int32)[:, None]
    inside_rows, inside_columns = (rows >= 0) & (rows < side), (columns >= 0) & (columns < side)
    return _grey(images, inside_rows & (hidden < probability)[:, None], inside_columns)


def occlude(images: tf.Tensor, draw: Draws, largest: float) -> tf.Tensor:
    """A grey rectangle in each image, of sides from a quarter of the largest on; four draws are made."""

    def inside(length):
        side = draw(0.25, 1.0) * largest * length
        start = draw() * (length - side)
        places = tf.range(length, dtype=tf.float32)
        return (places >= start[:, None]) & (places < (start + side)[:, None])

    return _grey(images, inside(images.shape[1]), inside(images.shape[2]))


def _grey(images, rows, columns):
    return tf.where((rows[:, :, None] & columns[:, None, :])[..., None], MEAN, images)
