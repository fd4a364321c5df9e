"""What MXNet writes into a record of an image: a header of 24 bytes, labels, and the encoded image.

The header is `flag, label, id, id2` (uint32, float32, two uint64, little-endian). A flag of 0 means one label, that of
the header; another one is the number of float32 labels that follow the header.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..faults import Damaged
from .random_access import RandomAccess
from .recordio import part_at, read_record

_HEADER = struct.Struct("<IfQQ")


class ImageRecord(NamedTuple):
    """Labels (one or more float32) and encoded image of a record."""

    labels: np.ndarray
    image: bytes


def unpack(record: bytes) -> ImageRecord:
    """Reads the data of a record.

    Raises:
        Damaged: if they are too short for what their header says.
    """
    flag, label, end = _head(record)
    labels = np.frombuffer(record, "<f4", flag, _HEADER.size) if flag else np.array([label], np.float32)
    return ImageRecord(labels, record[end:])


def image_of(record: bytes) -> bytes:
    """The encoded image in the data of a record.

    Raises:
        Damaged: if they are too short for what their header says.
    """
    return record[_head(record)[2] :]


def pack(labels: float | Sequence[float], number: int, image: bytes = b"") -> bytes:
    """The data of a record: one label, or several, the record's number, and the image."""
    if isinstance(labels, Sequence):
        return _HEADER.pack(len(labels), 0, number, 0) + np.asarray(labels, "<f4").tobytes() + image
    return _HEADER.pack(0, labels, number, 0) + image


def read_label(file: RandomAccess, offset: int) -> float:
    """The first label of the record that begins at a byte, without reading its image.

    Raises:
        Damaged: if there is no record of an image.
    """
    flag, length = part_at(file, offset)
    head = file.read(offset + 8, min(length, _HEADER.size + 4)) if flag == 0 else read_record(file, offset)
    if len(head) < _HEADER.size:
        raise Damaged(f"a record of {len(head)} bytes, too short for the header of an image")
    labels, label = _HEADER.unpack_from(head)[:2]
    if not labels:
        return label
    if length < _HEADER.size + 4 * labels and flag == 0:
        raise Damaged(f"a record of {length} bytes, too short for its {labels} labels")
    return struct.unpack_from("<f", head, _HEADER.size)[0]


def _head(record: bytes) -> tuple[int, float, int]:
    """Flag, label, and where the image begins."""
    if len(record) < _HEADER.size:
        raise Damaged(f"a record of {len(record)} bytes, too short for the header of an image")
    flag, label, _, _ = _HEADER.unpack_from(record)
    end = _HEADER.size + 4 * flag
    if end > len(record):
        raise Damaged(f"a record of {len(record)} bytes, too short for its {flag} labels")
    return flag, label, end
