"""Faces upright, centred and of one size, as face-recognition networks are given them."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

SIZE = 112
# Where ArcFace wants eyes, nose and the corners of the mouth in 112×112, x and y, from the viewer's left to right.
TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Turn, scale and shift that bring points nearest to others: `min Σ ‖s R p_i + t − q_i‖²`.

    Args:
        source: the points p (N, 2).
        target: the points q (N, 2).

    Returns:
        float64 (2, 3): `[s R | t]`.

    Raises:
        ValueError: if the points are all one, or not finite.

    Example:
        >>> (similarity([[0, 0], [1, 0], [0, 1]], [[2, 3], [4, 3], [2, 5]]).round(6) + 0.0).tolist()
        [[2.0, 0.0, 2.0], [0.0, 2.0, 3.0]]

    Reference:
        Umeyama, 1991, Least-squares estimation of transformation parameters between two point patterns.
    """
    source, target = np.asarray(source, np.float64), np.asarray(target, np.float64)
    finite = np.isfinite([source, target]).all()
    spread = np.square(source - source.mean(axis=0)).sum() if finite else 0.0
    if spread < 1e-12:
        raise ValueError("points: expected finite points that are not all the same")
    covariance = (target - target.mean(axis=0)).T @ (source - source.mean(axis=0))
    u, values, vt = np.linalg.svd(covariance)
    signs = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt)) or 1.0])  # a turn, not a reflection
    turn = (u * signs) @ vt
    scale = (values * signs).sum() / spread
    shift = target.mean(axis=0) - scale * turn @ source.mean(axis=0)
    return np.column_stack([scale * turn, shift])


def align(image: np.ndarray, points: np.ndarray, size: int = SIZE) -> np.ndarray:
    """The face at five points, moved onto ArcFace's template.

    What lies outside the image becomes black. Large faces are averaged down first, so that nothing is aliased.

    Args:
        image: uint8 (H, W, 3).
        points: eyes, nose and the corners of the mouth (5, 2), x and y in pixels, from the viewer's left to right.
        size: height and width of the result, to which the template is scaled.

    Returns:
        uint8 (size, size, 3).

    Raises:
        ValueError: if the points are all one, or not finite.

    Example:
        >>> align(np.zeros((200, 200, 3), np.uint8), 40 + tfface.data.TEMPLATE).shape
        (112, 112, 3)

    Reference:
        Deng et al., 2019, ArcFace, arXiv:1801.07698.
    """
    forward = similarity(points, TEMPLATE * (size / SIZE))
    turn = np.linalg.inv(forward[:, :2])  # from the result back into the image
    shift = -turn @ forward[:, 2]
    shift = shift + 0.5 - turn @ [0.5, 0.5]  # Pillow counts from the corner of a pixel, landmarks from its centre
    picture = Image.fromarray(image)
    smaller = max(1, math.floor(math.sqrt(abs(np.linalg.det(turn)))))
    if smaller > 1:
        picture = picture.reduce(smaller)
    coefficients = np.column_stack([turn, shift]).ravel() / smaller
    moved = picture.transform((size, size), Image.Transform.AFFINE, coefficients.tolist(), Image.Resampling.BILINEAR)
    return np.asarray(moved)
