"""Where faces are in a photograph."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PIL import Image

from .._extras import require

_LONGEST = 1024  # pixels of a side when looking for faces: a face smaller than 2% of that is of no use
_SMALLEST = 20  # pixels of a face that MTCNN looks for
_POINTS = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")


class Face(NamedTuple):
    """A face in an image.

    Attributes:
        box: left, top, width and height in pixels.
        points: eyes, nose and the corners of the mouth (5, 2), x and y in pixels, from the viewer's left to right.
        score: how sure the detector is, 0..1.
    """

    box: tuple[float, float, float, float]
    points: np.ndarray
    score: float


Detector = Callable[[np.ndarray], list[Face]]  # of an image uint8 (H, W, 3)


class Mtcnn:
    """Finds faces with the `mtcnn` package, on one core; any function that gives Faces of an image can stand for it.

    Args:
        least: the score below which a face is none.

    Raises:
        ImportError: if mtcnn is not installed; `pip install "tfface[align]"` installs it.

    Example:
        >>> detect = Mtcnn()  # doctest: +SKIP
        >>> faces = detect(image)  # doctest: +SKIP

    Reference:
        Zhang et al., 2016, Joint Face Detection and Alignment using Multi-task Cascaded CNNs, arXiv:1604.02878.
    """

    def __init__(self, least: float = 0.9):
        library = require("mtcnn", "align")
        self.least = least
        self._network = library.MTCNN()

    def __call__(self, image: np.ndarray) -> list[Face]:
        """The faces of an image, uint8 (H, W, 3)."""
        height, width = image.shape[:2]
        scale = max(1.0, max(height, width) / _LONGEST)
        small = Image.fromarray(image).resize((round(width / scale), round(height / scale)), Image.Resampling.BOX)
        if min(small.size) < _SMALLEST:
            return []
        found = self._network.detect_faces(np.asarray(small), min_face_size=_SMALLEST)
        return [
            Face(
                tuple(float(side) * scale for side in face["box"]),
                np.array([face["keypoints"][name] for name in _POINTS], np.float64) * scale,
                float(face["confidence"]),
            )
            for face in found
            if face["confidence"] >= self.least
        ]
