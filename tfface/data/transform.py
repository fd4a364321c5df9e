"""Augmentation of whole batches in vectorised TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from .augment import Augment
from .changes import colours, compression, detail, geometry, hiding
from .changes.draws import Draws
from .changes.random_changes import rand_augment
from .share import Rows


def augment_batch(images: tf.Tensor, augment: Augment, seed: tf.Tensor, rows: Rows | None = None) -> tf.Tensor:
    """Change every image as `augment` allows (but for MixUp); the same seed gives the same result.

    Args:
        images: uint8 or float32 (B, H, W, C), pixels 0..255.
        augment: what may happen.
        seed: int32 (2,).
        rows: which rows of a batch they are, if not all: what happens to them is what happens there.

    Returns:
        (B, H, W, C), pixels 0..255: float32, or of the images' type if they were mirrored at most.
    """
    draw = Draws(images, seed, 9, rows)
    flipped = draw() < augment.flip
    angle = draw(-augment.rotation, augment.rotation)
    size = draw(1 - augment.scale, 1 + augment.scale)
    down, right = draw(-augment.shift, augment.shift), draw(-augment.shift, augment.shift)
    factor, offset = draw(1 - augment.contrast, 1 + augment.contrast), draw(-augment.brightness, augment.brightness)
    square, others = draw.three(), draw.seed()

    if augment.rotation or augment.scale or augment.shift:
        images = geometry.warp(tf.cast(images, tf.float32), flipped, angle, size, down, right)
    elif augment.flip:
        images = geometry.mirror(images, flipped)
    if not augment.changes_pixels:
        return images
    images = tf.cast(images, tf.float32)
    if augment.contrast or augment.brightness:
        factor, offset = colours.of_images(factor), 255 * colours.of_images(offset)
        images = colours.clipped(colours.contrast(images, factor, offset))
    images = _others(images, augment, Draws(images, others, 32, rows))
    return hiding.cut_out(images, augment.cutout, augment.cutout_size, square) if augment.cutout else images


def _others(images, augment, draw):
    """What came later than the changes above, with seeds of its own: recipes of before keep theirs."""
    if augment.crop < 1:
        images = geometry.crop(images, draw, augment.crop, 1.0, 0.0)
    if augment.saturation or augment.hue:
        stretch, turn = draw(1 - augment.saturation, 1 + augment.saturation), draw(-augment.hue, augment.hue)
        images = colours.recoloured(images, stretch, turn)
    images = draw.perhaps(augment.grey, colours.greyed, images)
    images = rand_augment(images, draw, augment.rand_augment, augment.magnitude)
    images = draw.perhaps(augment.low_resolution, lambda images: detail.low_resolution(images, draw), images)
    images = draw.perhaps(augment.blur, lambda images: detail.blur(images, draw, augment.blur_size), images)
    images = draw.perhaps(augment.jpeg, lambda images: compression.compress(images, draw, augment.jpeg_quality), images)
    return draw.perhaps(augment.occlusion, lambda images: hiding.occlude(images, draw, augment.occlusion_size), images)
