"""Embeddings of several models, or of several crops of each image, side by side."""

from __future__ import annotations

import numpy as np

from ..vectors import as_embeddings, unit


def joined(*embeddings: np.ndarray) -> np.ndarray:
    """Concatenates embeddings of the same images, each brought to length 1 first so that all count the same.

    Args:
        *embeddings: (N, D₁), (N, D₂), …: of several models, or of one model on several crops (DeepID has 25).

    Returns:
        (N, D₁ + D₂ + …).

    Raises:
        ValueError: none given, another number of images, NaN or infinity.

    Example:
        >>> joined([[2.0, 0.0]], [[0.0, 3.0, 4.0]]).tolist()
        [[1.0, 0.0, 0.0, 0.6, 0.8]]

    Reference:
        Sun, Wang, Tang: Deep Learning Face Representation from Predicting 10,000 Classes, 2014.
    """
    parts = [as_embeddings(one, f"embeddings {index}") for index, one in enumerate(embeddings)]
    if len({len(part) for part in parts}) != 1:
        raise ValueError(f"embeddings: expected the same images in each, got {[len(part) for part in parts]}")
    return np.concatenate([unit(part) for part in parts], axis=1)
