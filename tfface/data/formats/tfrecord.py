"""TFRecord, the record files of TensorFlow.

A record is `length (uint64), check of the length, data, check of the data`; checks are masked CRC-32C (uint32), all
numbers are little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

from ..faults import Damaged
from .crc32c import masked_crc32c
from .random_access import RandomAccess

HEAD, _TAIL = 12, 4  # bytes before and behind the data


def records(file: RandomAccess) -> Iterator[tuple[int, int]]:
    """Place and length of the data of each record; of the checks only those of lengths are made.

    Raises:
        Damaged: at the first record that is not whole.
    """
    offset = 0
    while offset < file.size:
        length, check = struct.unpack("<QI", file.read(offset, HEAD))
        if _check_of(length) != check:
            raise Damaged(f"no TFRecord at byte {offset}" if offset else "not a TFRecord file")
        end = offset + HEAD + length + _TAIL
        if end > file.size:
            raise Damaged(f"torn: the record at byte {offset} ends at byte {end}, the file at {file.size}")
        yield offset + HEAD, length
        offset = end


def write_record(stream: BinaryIO, data: bytes) -> None:
    """Appends a record."""
    stream.write(struct.pack("<QI", len(data), _check_of(len(data))) + data + struct.pack("<I", masked_crc32c(data)))


@lru_cache(maxsize=65536)
def _check_of(length: int) -> int:
    return masked_crc32c(struct.pack("<Q", length))
