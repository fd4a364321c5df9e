"""The pairs that a model gets most wrong, as a picture of faces: personal data, made only where it is asked for."""

import io

import numpy as np
from PIL import Image

_GAP = 2


def hardest_pairs(distances: np.ndarray, same: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the genuine pairs farthest apart and of the impostors nearest to each other, hardest first."""
    genuine, impostors = np.flatnonzero(same), np.flatnonzero(~same)
    far = genuine[np.argsort(-distances[genuine], kind="stable")[:count]]
    near = impostors[np.argsort(distances[impostors], kind="stable")[:count]]
    return far, near


def face_sheet(images: np.ndarray, first: np.ndarray, second: np.ndarray) -> bytes:
    """A PNG with the two images (N, H, W, C) of each pair above each other, the pairs side by side."""
    chosen = np.stack([images[first], images[second]]).astype(np.float64)  # (2, P, H, W, C)
    low, high = chosen.min(), chosen.max()
    pixels = np.round(255 * (chosen - low) / max(high - low, 1e-12)).astype(np.uint8)
    framed = np.pad(pixels, ((0, 0), (0, 0), (_GAP, _GAP), (_GAP, _GAP), (0, 0)), constant_values=255)
    sheet = np.concatenate([np.concatenate(list(row), axis=1) for row in framed])
    written = io.BytesIO()
    Image.fromarray(sheet[..., 0] if sheet.shape[-1] == 1 else sheet).save(written, "PNG")
    return written.getvalue()
