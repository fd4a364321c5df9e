"""InsightFace's verification sets: a pickle of `(images, same)`.

`images` is a list with two images for each pair, encoded, as bytes or as NumPy arrays of uint8 (what OpenCV gives);
`same` is a list of bools.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ..faults import Damaged
from .plain_pickle import Array, Span, read_plain


class VerificationPickle(NamedTuple):
    """Where each image stands in the file, int64 (2P,) twice, and whether each pair shows one person, bool (P,)."""

    offsets: np.ndarray
    lengths: np.ndarray
    same: np.ndarray


def read_verification(path: str | os.PathLike[str]) -> VerificationPickle:
    """Finds the images, and reads which pairs are of one person.

    Raises:
        OSError: if the file cannot be read.
        Damaged: if it is torn or holds anything else.
    """
    with open(path, "rb") as file:
        value = read_plain(file, os.fstat(file.fileno()).st_size)
        if not isinstance(value, tuple | list) or len(value) != 2 or not isinstance(value[0], list):
            raise Damaged("expected a pickle of (list of encoded images, list of bools)")
        spans = [_image(number, image) for number, image in enumerate(value[0])]
        same = _bools(value[1], file)
    if len(spans) != 2 * len(same) or not spans:
        raise Damaged(f"expected two images for each of {len(same)} pairs, got {len(spans)}")
    return VerificationPickle(*np.array(spans, np.int64).T, same)


def write_verification(path: str | os.PathLike[str], images: Iterable[bytes], same: Sequence[bool]) -> None:
    """Writes such a pickle; all images are in memory at once, as they are for those who read it."""
    with open(path, "wb") as file:
        pickle.dump((list(images), [bool(value) for value in same]), file, protocol=4)


def _image(number: int, value) -> Span:
    span = value.content if isinstance(value, Array) and value.type == "u1" else value
    if not isinstance(span, Span):
        raise Damaged(f"image {number}: expected bytes or an array of uint8")
    return span


def _bools(values, file) -> np.ndarray:
    if isinstance(values, Array) and values.type == "b1":
        return _content(values, file)
    if not isinstance(values, list):
        raise Damaged("expected a list of bools")
    found = np.zeros(len(values), bool)
    for number, value in enumerate(values):
        if isinstance(value, Array) and value.type == "b1" and value.content.length == 1:
            value = bool(_content(value, file)[0])
        if value not in (True, False):
            raise Damaged(f"pair {number}: expected a bool")
        found[number] = value
    return found


def _content(array: Array, file) -> np.ndarray:
    file.seek(array.content.start)
    return np.frombuffer(file.read(array.content.length), np.uint8) != 0
