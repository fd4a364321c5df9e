"""What a poor camera leaves: low resolution and blur."""

from __future__ import annotations

import math

import tensorflow as tf

from .draws import Draws, picked


def low_resolution(images: tf.Tensor, draw: Draws) -> tf.Tensor:
    """Halved to quartered in size, and enlarged again; one draw is made."""
    size = images.shape[1:3]
    factor = tf.cast(draw(2.0, 5.0), tf.int32)
    for step in (2, 3, 4):
        small = tf.image.resize(images, [max(1, side // step) for side in size], "area")
        images = picked(factor == step, tf.image.resize(small, size), images)
    return images


def blur(images: tf.Tensor, draw: Draws, largest: float) -> tf.Tensor:
    """Gaussian blur, of another width for each image; one draw is made.

    Args:
        images: (B, H, W, C).
        draw: one draw is made.
        largest: standard deviation, as a fraction of the shorter side.
    """
    height, width = images.shape[1:3]
    deviation = draw(0.05, 1.0)[:, None] * largest * min(height, width)
    radius = max(1, math.ceil(2.0 * largest * min(height, width)))
    places = tf.range(-radius, radius + 1, dtype=tf.float32)
    weights = tf.nn.softmax(-0.5 * tf.square(places / deviation), axis=1)  # (B, 2 radius + 1)
    for axis in (1, 2):  # first of the columns, then of the rows
        padding = [[0, 0]] * axis + [[radius, radius]] + [[0, 0]] * (3 - axis)
        padded = tf.pad(images, padding, "SYMMETRIC")
        length = (height, width)[axis - 1]
        shifted = [tf.gather(padded, tf.range(at, at + length), axis=axis) for at in range(2 * radius + 1)]
        images = tf.add_n([weights[:, at, None, None, None] * moved for at, moved in enumerate(shifted)])
    return images
