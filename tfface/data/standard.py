"""The field's standardisation of pixels, one for training, evaluation and export."""

from __future__ import annotations

import numpy as np

MEAN, SCALE = 127.5, 128.0


def standardize(images: np.ndarray) -> np.ndarray:
    """Pixels as networks take them: `(x − 127.5) / 128`, float32 of the same shape.

    Args:
        images: pixels 0..255, of any integer or float type.

    Example:
        >>> standardize(np.array([0, 255], np.uint8))
        array([-0.99609375,  0.99609375], dtype=float32)
    """
    return (np.asarray(images, np.float32) - np.float32(MEAN)) / np.float32(SCALE)
