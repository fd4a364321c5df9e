"""What a poor camera leaves: low resolution and blur."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf

from .draws import Draws
from .resampling import reduced, resampled


def low_resolution(images: tf.Tensor, draw: Draws) -> tf.Tensor:
    """Halved to quartered in size, and enlarged again; one draw is made."""
    divisor = tf.cast(draw(0.0, 3.0), tf.int32)
    down, across = (np.stack([reduced(length, times) for times in (2, 3, 4)]) for length in images.shape[1:3])
    return resampled(images, tf.gather(down, divisor), tf.gather(across, divisor))


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
    return resampled(images, _mixing(weights, radius, height), _mixing(weights, radius, width))


def _mixing(weights, radius, length):
    """Of each image the matrix (length, length) that makes of each place the weighted mean of those around it."""
    around = np.arange(length)[:, None] + np.arange(-radius, radius + 1)  # (length, 2 radius + 1)
    beyond = np.floor_divide(around, length) % 2  # at the borders the image goes on mirrored
    sources = np.where(beyond, length - 1 - around % length, around % length)
    share = np.eye(length, dtype=np.float32)[sources]  # (length, 2 radius + 1, length)
    return tf.einsum("bk,ikj->bij", weights, share)
