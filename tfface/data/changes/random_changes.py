"""RandAugment for faces: a few changes drawn from a list, for each image its own."""

from __future__ import annotations

import tensorflow as tf

from .colours import clipped, contrast, of_images, recoloured
from .draws import Draws, picked
from .geometry import warp

TURN, MOVE_X, MOVE_Y, SIZE, BRIGHTNESS, CONTRAST, COLOUR, SHARPNESS, POSTERIZE, STRETCH = range(10)
_MOST_TURN = 0.35  # radians; the paper's 30° and its shears make of an aligned face something that is none
_MOST_MOVE = 0.15  # of the side
_MOST_SIZE = 0.2
_MOST_FACTOR = 0.9  # of brightness, contrast, colour and sharpness, as in the paper
_MOST_BITS = 4.0  # that posterising takes away


def rand_augment(images: tf.Tensor, draw: Draws, changes: int, strength: float) -> tf.Tensor:
    """So many changes, each drawn from ten, those that move pixels first; two draws are made for each.

    Turn, move along either axis, size, brightness, contrast, colour, sharpness, fewer bits, and contrast stretched to
    the whole range. Of the paper's list, shears, inversions (solarize) and equalising are left out: a face hardly
    survives them.

    Args:
        images: (B, H, W, C), pixels 0..255.
        draw: where the choices come from.
        changes: how many.
        strength: of each change, from 0 to 1; to which side is drawn.

    Reference:
        Cubuk, Zoph, Shlens, Le: RandAugment: Practical automated data augmentation with a reduced search space, 2019,
        arXiv 1909.13719.
    """
    drawn = [(tf.cast(draw(0.0, 10.0), tf.int32), tf.where(draw() < 0.5, -strength, strength)) for _ in range(changes)]
    if drawn:
        images = _moved(images, drawn)
    for choice, amount in drawn:
        images = _changed(images, choice, amount)
    return images


def _moved(images, drawn):
    """What moves pixels, in one resampling."""

    def of(kind, most):
        return tf.add_n([tf.where(choice == kind, amount * most, 0.0) for choice, amount in drawn])

    moves = tf.reduce_any([choice <= SIZE for choice, _ in drawn], axis=0)
    down, right = of(MOVE_Y, _MOST_MOVE), of(MOVE_X, _MOST_MOVE)
    size = tf.maximum(1.0 + of(SIZE, _MOST_SIZE), 0.5)
    return picked(moves, warp(images, tf.zeros_like(moves), of(TURN, _MOST_TURN), size, down, right), images)


def _changed(images, choice, amount):
    """What changes the colours: for all images at once, with an amount of 0 for those which drew another."""

    def of(kind):
        return of_images(1.0 + tf.where(choice == kind, amount * _MOST_FACTOR, 0.0))

    images = clipped(contrast(images, of(CONTRAST)) * of(BRIGHTNESS))
    if images.shape[-1] == 3:
        coloured = recoloured(images, 1.0 + amount * _MOST_FACTOR, tf.zeros_like(amount))
        images = picked(choice == COLOUR, coloured, images)
    images = picked(choice == SHARPNESS, _sharpened(images, 1.0 + of_images(amount * _MOST_FACTOR)), images)
    images = picked(choice == POSTERIZE, _posterized(images, of_images(tf.abs(amount))), images)
    return picked(choice == STRETCH, _stretched(images), images)


def _sharpened(images, factor):
    """Away from, or towards, the mean of each pixel's neighbourhood."""
    smooth = tf.nn.avg_pool2d(tf.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC"), 3, 1, "VALID")
    return clipped(smooth + (images - smooth) * factor)


def _posterized(images, amount):
    step = tf.pow(2.0, tf.round(amount * _MOST_BITS))
    return tf.floor(images / step) * step


def _stretched(images):
    low = tf.reduce_min(images, axis=(1, 2, 3), keepdims=True)
    high = tf.reduce_max(images, axis=(1, 2, 3), keepdims=True)
    several = high > low  # an image of one value stays as it is
    return (images - tf.where(several, low, 0.0)) * tf.where(several, 255.0 / tf.maximum(high - low, 1e-6), 1.0)
