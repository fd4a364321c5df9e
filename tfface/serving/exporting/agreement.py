"""Whether an export gives the embeddings of its model."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SAME_FOR_ALL = 0.99
BOUNDS = {None: 0.9999, "float16": 0.9999, "int8": 0.99}


class Agreement(NamedTuple):
    """Cosines between the embeddings of a model and those of its export, of the same images.

    Attributes:
        smallest: of all images.
        mean: over the images.
        images: how many were compared.
        bound: what the smallest has to reach.
        alike: mean cosine of the model's own embeddings of different images. Near 1 the model tells nobody apart, and
            so does any export that gives the same for all.
    """

    smallest: float
    mean: float
    images: int
    bound: float
    alike: float

    def __str__(self) -> str:
        smallest, mean = (f"{np.floor(cosine * 1e6) / 1e6:.6f}" for cosine in (self.smallest, self.mean))
        said = f"cosine at least {smallest}, {mean} on average, over {self.images} images (bound {self.bound})"
        if self.images == 1 or self.alike < SAME_FOR_ALL:
            return said
        return f"{said}, which says little: the model itself gives different images cosines of {self.alike:.4f}"

    @property
    def close(self) -> bool:
        """Whether the bound is kept; numbers that are not finite keep none."""
        return self.smallest >= self.bound


def agreement(expected: np.ndarray, made: np.ndarray, quantize: str | None) -> Agreement:
    """Compares the embeddings of the same images.

    Args:
        expected: of the model (N, D).
        made: of its export (N, D).
        quantize: of the export, which decides the bound.

    Raises:
        ValueError: an embedding of the model is not finite, or of length 0.
    """
    expected, made = expected.astype(np.float64), made.astype(np.float64)
    lengths = np.linalg.norm(expected, axis=1)
    if not (np.isfinite(lengths) & (lengths > 0)).all():
        raise ValueError("model: gives embeddings that are not finite, or all zeros; nothing can be compared with them")
    with np.errstate(invalid="ignore", divide="ignore"):
        cosines = (expected * made).sum(axis=1) / lengths / np.linalg.norm(made, axis=1)
    images = len(expected)
    every_pair = np.linalg.norm((expected / lengths[:, np.newaxis]).sum(axis=0)) ** 2  # each image with itself, too
    alike = (every_pair - images) / max(1, images * (images - 1))
    return Agreement(float(cosines.min()), float(cosines.mean()), images, BOUNDS[quantize], float(alike))
