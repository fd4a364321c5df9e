"""The changes of a view, of a whole batch at once in TensorFlow: in a pipeline, or on a GPU."""

from __future__ import annotations

import math

import tensorflow as tf

from .standard import MEAN
from .views import Views

_GREY = (0.299, 0.587, 0.114)
# RGB to one axis of grey and two of colour, in whose plane a turn changes the hue.
_YIQ = ((0.299, 0.587, 0.114), (0.596, -0.274, -0.322), (0.211, -0.523, 0.312))


def change_view(images: tf.Tensor, views: Views, seed: tf.Tensor) -> tf.Tensor:
    """Change every image as `views` allows; the same seed gives the same result.

    Args:
        images: float32 (B, H, W, C), pixels 0..255, C 1 or 3.
        views: what may happen.
        seed: int32 (2,).

    Returns:
        float32 (B, H, W, C), pixels 0..255.
    """
    seeds = iter(tf.unstack(tf.random.experimental.stateless_split(seed, 24)))
    count = tf.shape(images)[0]

    def draw(low=0.0, high=1.0):
        return tf.random.stateless_uniform([count], next(seeds), low, high)

    def perhaps(probability, change):
        if not probability:
            return images
        return tf.where((draw() < probability)[:, None, None, None], change(images), images)

    images = _crop(images, views, draw)
    images = perhaps(views.jitter, lambda images: _jitter(images, views, draw))
    if images.shape[-1] == 3:
        images = perhaps(views.grey, lambda images: tf.repeat(_grey(images), 3, axis=-1))
    images = perhaps(views.low_resolution, lambda images: _low_resolution(images, draw))
    images = perhaps(views.blur, lambda images: _blur(images, views.blur_size, draw))
    images = perhaps(views.solarize, lambda images: tf.where(images > MEAN, 255.0 - images, images))
    return perhaps(views.occlusion, lambda images: _occlude(images, views.occlusion_size, draw))


def _crop(images, views, draw):
    """A part of each image as large as the whole, perhaps mirrored, in one resampling."""
    area = draw(views.crop, 1.0)
    ratio = tf.exp(draw(-1.0, 1.0) * math.log(views.aspect))
    high, wide = tf.minimum(tf.sqrt(area / ratio), 1.0), tf.minimum(tf.sqrt(area * ratio), 1.0)
    top, left = draw() * (1.0 - high), draw() * (1.0 - wide)
    right = left + wide
    flipped = draw() < views.flip
    left, right = tf.where(flipped, right, left), tf.where(flipped, left, right)
    boxes = tf.stack([top, left, top + high, right], axis=1)
    return tf.image.crop_and_resize(images, boxes, tf.range(tf.shape(images)[0]), images.shape[1:3])


def _jitter(images, views, draw):
    def factor(strength):
        return draw(1.0 - strength, 1.0 + strength)[:, None, None, None]

    images = tf.clip_by_value(images * factor(views.brightness), 0.0, 255.0)
    mean = tf.reduce_mean(_grey(images), axis=(1, 2, 3), keepdims=True)
    images = tf.clip_by_value((images - mean) * factor(views.contrast) + mean, 0.0, 255.0)
    saturation, turn = draw(1.0 - views.saturation, 1.0 + views.saturation), draw(-views.hue, views.hue)
    if images.shape[-1] == 3:
        images = tf.clip_by_value(tf.einsum("bhwc,bcd->bhwd", images, _colours(saturation, turn)), 0.0, 255.0)
    return images


def _colours(saturation, turn):
    """For each image the matrix (3, 3), for pixels from the left, that stretches and turns its colours around grey."""
    angle = 2.0 * math.pi * turn
    one, zero = tf.ones_like(angle), tf.zeros_like(angle)
    cos, sin = saturation * tf.cos(angle), saturation * tf.sin(angle)
    turned = tf.stack([one, zero, zero, zero, cos, -sin, zero, sin, cos], axis=1)
    to = tf.constant(_YIQ)
    matrices = tf.linalg.inv(to) @ tf.reshape(turned, [-1, 3, 3]) @ to
    return tf.linalg.matrix_transpose(matrices)


def _grey(images):
    if images.shape[-1] == 1:
        return images
    return tf.reduce_sum(images * tf.constant(_GREY), axis=-1, keepdims=True)


def _low_resolution(images, draw):
    size = images.shape[1:3]
    factor = tf.cast(draw(2.0, 5.0), tf.int32)[:, None, None, None]
    for step in (2, 3, 4):
        small = tf.image.resize(images, [max(1, side // step) for side in size], "area")
        images = tf.where(factor == step, tf.image.resize(small, size), images)
    return images


def _blur(images, largest, draw):
    """Gaussian blur, of another width for each image: first of the columns, then of the rows."""
    height, width = images.shape[1:3]
    deviation = draw(0.05, 1.0)[:, None] * largest * min(height, width)
    radius = max(1, math.ceil(2.0 * largest * min(height, width)))
    places = tf.range(-radius, radius + 1, dtype=tf.float32)
    weights = tf.nn.softmax(-0.5 * tf.square(places / deviation), axis=1)  # (B, 2 radius + 1)
    for axis in (1, 2):
        padding = [[0, 0]] * axis + [[radius, radius]] + [[0, 0]] * (3 - axis)
        padded = tf.pad(images, padding, "SYMMETRIC")
        length = (height, width)[axis - 1]
        shifted = [tf.gather(padded, tf.range(at, at + length), axis=axis) for at in range(2 * radius + 1)]
        images = tf.add_n([weights[:, at, None, None, None] * moved for at, moved in enumerate(shifted)])
    return images


def _occlude(images, largest, draw):
    """A grey rectangle in each image, of sides from a quarter of the largest on."""

    def inside(length):
        side = draw(0.25, 1.0) * largest * length
        start = draw() * (length - side)
        places = tf.range(length, dtype=tf.float32)
        return (places >= start[:, None]) & (places < (start + side)[:, None])

    hidden = inside(images.shape[1])[:, :, None] & inside(images.shape[2])[:, None, :]
    return tf.where(hidden[..., None], MEAN, images)
