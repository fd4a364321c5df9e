"""Augmentation of whole batches in vectorised TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from .augment import Augment
from .standard import MEAN


def augment_batch(images: tf.Tensor, augment: Augment, seed: tf.Tensor) -> tf.Tensor:
    """Change every image as `augment` allows; the same seed gives the same result.

    Args:
        images: float32 (B, H, W, C), pixels 0..255.
        augment: what may happen.
        seed: int32 (2,).

    Returns:
        float32 (B, H, W, C), pixels 0..255.
    """
    seeds = iter(tf.unstack(tf.random.experimental.stateless_split(seed, 9)))

    def draw(low: float, high: float) -> tf.Tensor:
        return tf.random.stateless_uniform([len(images)], next(seeds), low, high)

    flipped = draw(0.0, 1.0) < augment.flip
    angle = draw(-augment.rotation, augment.rotation)
    size = draw(1 - augment.scale, 1 + augment.scale)
    down, right = draw(-augment.shift, augment.shift), draw(-augment.shift, augment.shift)
    if augment.rotation or augment.scale or augment.shift:
        images = _warp(images, flipped, angle, size, down, right)
    elif augment.flip:
        images = tf.where(flipped[:, None, None, None], tf.reverse(images, axis=[2]), images)
    factor, offset = (
        draw(1 - augment.contrast, 1 + augment.contrast),
        draw(-augment.brightness, augment.brightness),
    )
    if augment.contrast or augment.brightness:
        mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
        images = (images - mean) * factor[:, None, None, None] + mean + 255 * offset[:, None, None, None]
        images = tf.clip_by_value(images, 0.0, 255.0)
    if augment.cutout:
        images = _cut_out(images, augment, next(seeds))
    return images


def _warp(images, flipped, angle, size, down, right):
    """One resampling for mirror, turn, size and move: output pixel (x, y) comes from input (x', y')."""
    height, width = images.shape[1], images.shape[2]
    centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
    cos, sin = tf.cos(angle) / size, tf.sin(angle) / size
    mirror = tf.where(flipped, -1.0, 1.0)
    # x' = a x + b y + c and y' = d x + e y + f, about the centre of the image; mirrored first
    a, b, d, e = cos * mirror, -sin, sin * mirror, cos
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


def _cut_out(images, augment, seed):
    count, height, width = images.shape[:3]
    side = max(1, round(augment.cutout_size * min(height, width)))
    hidden, top, left = tf.unstack(tf.random.stateless_uniform([3, count], seed))
    rows = tf.range(height) - tf.cast(top * (height - side + 1), tf.int32)[:, None]
    columns = tf.range(width) - tf.cast(left * (width - side + 1), tf.int32)[:, None]
    inside_rows, inside_columns = (rows >= 0) & (rows < side), (columns >= 0) & (columns < side)
    inside = inside_rows[:, :, None] & inside_columns[:, None, :] & (hidden < augment.cutout)[:, None, None]
    return tf.where(inside[..., None], MEAN, images)
