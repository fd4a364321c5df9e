"""Pixels as weighted means of others along rows and columns: matrix products, which a GPU and XLA have too."""

from __future__ import annotations

import numpy as np
import tensorflow as tf


def resampled(images: tf.Tensor, down: tf.Tensor, across: tf.Tensor) -> tf.Tensor:
    """Images whose pixel (y, x) is Σ down[y, i] · across[x, j] · image[i, j].

    Args:
        images: (B, H, W, C).
        down: of each image the weights along its columns, (B, H, H).
        across: and along its rows, (B, W, W).
    """
    for weights, length in ((down, images.shape[1]), (across, images.shape[2])):  # brought to the front for it
        lines = tf.reshape(images, [-1, length, images.shape[2] * images.shape[3]])
        images = tf.transpose(tf.reshape(weights @ lines, tf.shape(images)), [0, 2, 1, 3])
    return images


def between(places: tf.Tensor, length: int) -> tf.Tensor:
    """Weights (B, n, length) by which linear interpolation reads places (B, n), from 0 to length − 1."""
    places = tf.clip_by_value(places, 0.0, length - 1.0)
    return tf.nn.relu(1.0 - tf.abs(places[..., None] - tf.range(length, dtype=tf.float32)))


def reduced(length: int, divisor: int) -> np.ndarray:
    """Weights (length, length) that average down to length / divisor, and interpolate back linearly."""
    small = max(1, length // divisor)
    scale = length / small
    begin, place = np.arange(small)[:, None] * scale, np.arange(length)
    down = np.clip(np.minimum(begin + scale, place + 1) - np.maximum(begin, place), 0, None) / scale
    centres = (place + 0.5) / scale - 0.5
    up = np.stack([np.interp(centres, np.arange(small), one) for one in np.eye(small)], axis=1)
    return (up @ down).astype(np.float32)
