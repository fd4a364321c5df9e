"""What JPEG leaves of an image, without writing one."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf

from .colours import clipped
from .draws import Draws

# ITU-T T.81, tables K.1 and K.2: the steps to which a block's 8×8 frequencies are rounded at quality 50.
_LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    np.float32,
)
_CHROMINANCE = np.full((8, 8), 99, np.float32)
_CHROMINANCE[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]
_YCBCR = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float32)
# The DCT of eight values; its inverse is its transpose.
_PLACES = np.arange(8)
_DCT = np.cos((2 * _PLACES + 1) * _PLACES[:, None] * math.pi / 16) / 2
_DCT[0] /= math.sqrt(2)


def compress(images: tf.Tensor, draw: Draws, quality: float) -> tf.Tensor:
    """JPEG artefacts of a quality drawn from `quality` … 95; one draw is made.

    The frequencies of each 8×8 block, of grey and of two colours, are rounded to the steps that libjpeg takes at that
    quality. (Colours keep their resolution, where most encoders halve it.)
    """
    return compressed(images, draw(min(quality, 95.0), 95.0))


def compressed(images: tf.Tensor, quality: tf.Tensor) -> tf.Tensor:
    """JPEG artefacts of a quality (B,) from 1 to 100."""
    height, width, channels = images.shape[1:]
    down, right = -height % 8, -width % 8
    pixels = tf.pad(images - 128.0, [[0, 0], [0, down], [0, right], [0, 0]], "SYMMETRIC")
    colours = _YCBCR if channels == 3 else np.eye(1, dtype=np.float32)
    # Along a row eight pixels and their colours are one vector: colours and DCT are one matrix.
    rows = np.kron(_DCT, colours).astype(np.float32)  # (8 C, 8 C)
    back = np.linalg.inv(rows.astype(np.float64)).astype(np.float32)
    columns = _DCT.astype(np.float32)

    blocks = tf.shape(images)[0] * ((height + down) // 8)
    long = (width + right) * channels
    frequencies = tf.reshape(tf.reshape(pixels, [-1, 8 * channels]) @ rows.T, [blocks, 8, long])
    frequencies = tf.reshape(columns @ frequencies, [tf.shape(images)[0], -1, 8 * long])
    steps = _steps(quality, long // (8 * channels), channels)
    rounded = tf.reshape(tf.round(frequencies / steps) * steps, [blocks, 8, long])
    pixels = tf.reshape(columns.T @ rounded, [-1, 8 * channels]) @ back.T
    pixels = tf.reshape(pixels, [tf.shape(images)[0], height + down, width + right, channels])
    return clipped(tf.round(pixels[:, :height, :width] + 128.0))


def _steps(quality, blocks, channels):
    """Of each image the steps of a row of blocks: (B, 1, 8 · blocks · 8 · C)."""
    scale = tf.where(quality < 50.0, 5000.0 / quality, 200.0 - 2.0 * quality) / 100.0
    tables = np.stack([_LUMINANCE, _CHROMINANCE, _CHROMINANCE][:channels], axis=-1)  # (8, 8, C)
    table = np.tile(tables[:, None], (1, blocks, 1, 1)).reshape(-1)
    return tf.clip_by_value(tf.floor(table * scale[:, None] + 0.5), 1.0, 255.0)[:, None]
