"""Brightness, contrast, saturation, hue: all of an image's pixels in the same way."""

from __future__ import annotations

import math

import tensorflow as tf

from ..standard import MEAN
from .draws import Draws

_GREY = (0.299, 0.587, 0.114)
# RGB to one axis of grey and two of colour, in whose plane a turn changes the hue.
_YIQ = ((0.299, 0.587, 0.114), (0.596, -0.274, -0.322), (0.211, -0.523, 0.312))


def clipped(images: tf.Tensor) -> tf.Tensor:
    """Pixels between 0 and 255."""
    return tf.clip_by_value(images, 0.0, 255.0)


def of_images(values: tf.Tensor) -> tf.Tensor:
    """A value for each image (B,) as (B, 1, 1, 1)."""
    return values[:, None, None, None]


def contrast(images: tf.Tensor, factor: tf.Tensor, offset: tf.Tensor | float = 0.0) -> tf.Tensor:
    """Pixels stretched around their image's mean by a factor (B, 1, 1, 1), and moved by an offset; not clipped."""
    mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
    return (images - mean) * factor + mean + offset


def jitter(
    images: tf.Tensor, draw: Draws, brightness: float, contrast: float, saturation: float, hue: float
) -> tf.Tensor:
    """Brightness, contrast, saturation and hue, one after the other; four draws are made."""

    def factor(strength):
        return of_images(draw(1.0 - strength, 1.0 + strength))

    images = clipped(images * factor(brightness))
    mean = tf.reduce_mean(_grey(images), axis=(1, 2, 3), keepdims=True)
    images = clipped((images - mean) * factor(contrast) + mean)
    return recoloured(images, draw(1.0 - saturation, 1.0 + saturation), draw(-hue, hue))


def recoloured(images: tf.Tensor, saturation: tf.Tensor, turn: tf.Tensor) -> tf.Tensor:
    """Colours stretched around grey by a factor (B,), and turned by a part of the circle (B,); grey stays grey."""
    if images.shape[-1] != 3:
        return images
    pixels = tf.reshape(images, [tf.shape(images)[0], -1, 3])
    return clipped(tf.reshape(pixels @ _colours(saturation, turn), tf.shape(images)))


def _colours(saturation, turn):
    """For each image the matrix (3, 3), for pixels from the left, that stretches and turns its colours around grey."""
    angle = 2.0 * math.pi * turn
    one, zero = tf.ones_like(angle), tf.zeros_like(angle)
    cos, sin = saturation * tf.cos(angle), saturation * tf.sin(angle)
    turned = tf.stack([one, zero, zero, zero, cos, -sin, zero, sin, cos], axis=1)
    to = tf.constant(_YIQ)
    matrices = tf.linalg.inv(to) @ tf.reshape(turned, [-1, 3, 3]) @ to
    return tf.linalg.matrix_transpose(matrices)


def greyed(images: tf.Tensor) -> tf.Tensor:
    """Without colours."""
    return images if images.shape[-1] == 1 else tf.repeat(_grey(images), 3, axis=-1)


def _grey(images):
    if images.shape[-1] == 1:
        return images
    return tf.reduce_sum(images * tf.constant(_GREY), axis=-1, keepdims=True)


def solarized(images: tf.Tensor) -> tf.Tensor:
    """Pixels above the middle grey inverted."""
    return tf.where(images > MEAN, 255.0 - images, images)
