"""Where the pixels of a planned batch come from: an array, or files that are decoded on the way."""

from __future__ import annotations

import os

import numpy as np
import tensorflow as tf

from .image_reader import ImageReader


class InMemory:
    """Pixels held in memory.

    Args:
        images: uint8 (N, H, W, C).

    Raises:
        TypeError: if they are not uint8.
        ValueError: if the shape does not fit.
    """

    def __init__(self, images: np.ndarray):
        images = np.asarray(images)
        if images.dtype != np.uint8:
            raise TypeError(f"images: expected uint8 (pixels 0..255), got {images.dtype}")
        if images.ndim != 4:
            raise ValueError(f"images: expected shape (N, H, W, C), got {images.shape}")
        self.count = len(images)
        with tf.device("CPU"):  # where the pipeline runs, even if there is a GPU
            self._pixels = tf.constant(images)

    def pixels(self, plans: tf.data.Dataset) -> tf.data.Dataset:
        """Of (rows, *more) makes (images, the rows they are of, *more)."""
        return plans.map(lambda rows, *more: (tf.gather(self._pixels, rows), rows, *more), **_parallel())


class FromFiles:
    """Pixels that are read and decoded batch by batch.

    TensorFlow decodes a batch in one graph. If it cannot, or if an image is not for it, the reader decodes that batch,
    image by image, to the same pixels; it also knows what to do about images that cannot be read.
    """

    def __init__(self, reader: ImageReader):
        self.count = len(reader)
        self._reader = reader

    def pixels(self, plans: tf.data.Dataset) -> tf.data.Dataset:
        """Of (rows, *more) makes (images, the rows they are of, *more)."""
        batch = plans.element_spec[0].shape[0]

        def read(rows, *more):
            types = tf.string, tf.int64, tf.bool
            encoded, used, whole = tf.numpy_function(self._reader.encoded, [rows], types)
            return tf.ensure_shape(encoded, [batch]), tf.ensure_shape(used, [batch]), whole, rows, *more

        def decode(encoded, used, _, rows, *more):
            images = tf.stack([_decoded(one) for one in tf.unstack(encoded)])
            return self._in_channels(tf.ensure_shape(images, [batch, *self._reader.shape[:2], 3])), used, *more

        def decode_with_care(encoded, used, _, rows, *more):
            images, used = tf.numpy_function(self._reader.decoded, [rows], (tf.uint8, tf.int64))
            return tf.ensure_shape(images, [batch, *self._reader.shape]), tf.ensure_shape(used, [batch]), *more

        def either(*batch):
            one = tf.data.Dataset.from_tensors(batch)
            quick = one.filter(lambda encoded, used, whole, *more: whole).map(decode).ignore_errors()
            return quick.concatenate(one.map(decode_with_care)).take(1)

        parallel = _parallel()
        return plans.map(read, **parallel).interleave(either, cycle_length=max(2, os.cpu_count() or 1), **parallel)

    def _in_channels(self, images):
        if self._reader.shape[2] == 3:
            return images
        # Pillow's grey, in its own sixteenths of bits; these sums are exact in float32.
        weights = tf.constant([19595.0, 38470.0, 7471.0], shape=[1, 1, 3, 1])
        grey = tf.nn.conv2d(tf.cast(images, tf.float32), weights, 1, "VALID")
        return tf.cast(tf.floor((grey + 32768.0) / 65536.0), tf.uint8)


def _decoded(encoded):
    # The accurate method is libjpeg's own, and Pillow's; TensorFlow's would be another, with other pixels.
    return tf.io.decode_jpeg(encoded, channels=3, dct_method="INTEGER_ACCURATE")  # PNG as well


def _parallel():
    return {"num_parallel_calls": tf.data.AUTOTUNE, "deterministic": True}
