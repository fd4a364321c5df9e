"""Whether an export gives the embeddings of its model."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

BOUNDS = {None: 0.9999, "float16": 0.9999, "int8": 0.99}
_BATCH = 32


class Agreement(NamedTuple):
    """Cosines between the embeddings of a model and those of its export, of the same images.

    Attributes:
        smallest: of all images.
        mean: over the images.
        images: how many were compared.
        bound: what the smallest has to reach.
    """

    smallest: float
    mean: float
    images: int
    bound: float

    def __str__(self) -> str:
        smallest, mean = (f"{np.floor(cosine * 1e6) / 1e6:.6f}" for cosine in (self.smallest, self.mean))
        return f"cosine at least {smallest}, {mean} on average, over {self.images} images (bound {self.bound})"

    @property
    def close(self) -> bool:
        """Whether the bound is kept; numbers that are not finite keep none."""
        return self.smallest >= self.bound


def agreement(model: Callable, exported: Callable, pixels: np.ndarray, quantize: str | None) -> Agreement:
    """Embeds the same images twice.

    Args:
        model, exported: pixels uint8 (N, H, W, C) → embeddings (N, D).
        pixels: of the images.
        quantize: of the export, which decides the bound.

    Raises:
        ValueError: the model itself gives an embedding that is not finite, or of length 0.
    """
    expected = np.asarray(model(pixels), np.float64)
    lengths = np.linalg.norm(expected, axis=1)
    if not (np.isfinite(lengths) & (lengths > 0)).all():
        raise ValueError("model: gives embeddings that are not finite, or all zeros; nothing can be compared with them")
    batches = [exported(pixels[start : start + _BATCH]) for start in range(0, len(pixels), _BATCH)]
    made = np.concatenate(batches).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosines = (expected * made).sum(axis=1) / lengths / np.linalg.norm(made, axis=1)
    return Agreement(float(cosines.min()), float(cosines.mean()), len(pixels), BOUNDS[quantize])
