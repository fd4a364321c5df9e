"""Where pixels come from: mirrored, turned, moved, cropped."""

from __future__ import annotations

import math

import tensorflow as tf

from .draws import Draws, picked
from .resampling import between, resampled


def mirror(images: tf.Tensor, which: tf.Tensor) -> tf.Tensor:
    """The mirror images of those (B,) of the batch; of any type of pixels."""
    rows = tf.reshape(images, [-1, *images.shape[2:]])  # of three axes TensorFlow turns the middle one fast
    return picked(which, tf.reshape(tf.reverse(rows, axis=[1]), tf.shape(images)), images)


def warp(images: tf.Tensor, flipped, angle, size, down, right) -> tf.Tensor:
    """One resampling for mirror, turn, size and move: output pixel (x, y) comes from input (x', y')."""
    height, width = images.shape[1], images.shape[2]
    centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
    cos, sin = tf.cos(angle) / size, tf.sin(angle) / size
    side = tf.where(flipped, -1.0, 1.0)
    # x' = a x + b y + c and y' = d x + e y + f, about the centre of the image; mirrored first
    a, b, d, e = cos * side, -sin, sin * side, cos
    c = centre_x - a * centre_x - b * centre_y + right * width
    f = centre_y - d * centre_x - e * centre_y + down * height
    zero = tf.zeros_like(a)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, c, d, e, f, zero, zero], axis=1),
        output_shape=[height, width],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )


def crop(images: tf.Tensor, draw: Draws, area: float, aspect: float, flip: float) -> tf.Tensor:
    """A part of each image as large as the whole, perhaps mirrored, in one resampling.

    Args:
        images: (B, H, W, C).
        draw: five draws are made.
        area: smallest part of the area that is kept.
        aspect: largest change of the sides' ratio.
        flip: probability of the mirror image.
    """
    area = draw(area, 1.0)
    ratio = tf.exp(draw(-1.0, 1.0) * math.log(aspect))
    high, wide = tf.minimum(tf.sqrt(area / ratio), 1.0), tf.minimum(tf.sqrt(area * ratio), 1.0)
    top, left = draw() * (1.0 - high), draw() * (1.0 - wide)
    flipped = draw() < flip
    begin, step = tf.where(flipped, left + wide, left), tf.where(flipped, -wide, wide)
    down, across = (
        between((first[:, None] * (length - 1) + part[:, None] * tf.range(length, dtype=tf.float32)), length)
        for first, part, length in ((top, high, images.shape[1]), (begin, step, images.shape[2]))
    )
    return resampled(images, down, across)
