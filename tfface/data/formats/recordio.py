"""RecordIO, the record files of MXNet.

A record is `magic, word, data, padding to 4 bytes`, both numbers little-endian and of 32 bits. The upper three bits
of the word are a flag, the others the length of the data. Where the data hold the magic number at a multiple of 4,
the record is cut there, the magic number is left out, and the flags of the parts are 1, 2, …, 2, 3 instead of 0.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from ..faults import Damaged
from .random_access import RandomAccess

_MAGIC = 0xCED7230A
_HEADER = struct.Struct("<II")
_MAGIC_BYTES = struct.pack("<I", _MAGIC)
_LENGTH = (1 << 29) - 1
_WHOLE, _FIRST, _MIDDLE, _LAST = range(4)


def part_at(file: RandomAccess, offset: int) -> tuple[int, int]:
    """Flag and length of the part of a record that begins at a byte.

    Raises:
        Damaged: if none begins there.
    """
    magic, word = _HEADER.unpack(file.read(offset, _HEADER.size))
    if magic != _MAGIC or word >> 29 > _LAST:
        raise Damaged(f"no record at byte {offset}")
    return word >> 29, word & _LENGTH


def read_record(file: RandomAccess, offset: int) -> bytes:
    """The data of the record that begins at a byte.

    Raises:
        Damaged: if there is no whole record.
    """
    flag, length = part_at(file, offset)
    if flag == _WHOLE:  # nearly all are
        return file.read(offset + 8, length)
    return _MAGIC_BYTES.join(file.read(start, length) for start, length in _parts(file, offset))


def record_starts(file: RandomAccess) -> Iterator[int]:
    """Where each record of a file begins, from the first to the last.

    Raises:
        Damaged: at the first record that is not whole.
    """
    offset = 0
    while offset < file.size:
        yield offset
        for start, length in _parts(file, offset):
            offset = start + _padded(length)
        if offset > file.size:
            raise Damaged(f"torn: the last record ends at byte {offset}, the file at {file.size}")


def write_record(stream: BinaryIO, data: bytes) -> None:
    """Appends a record.

    Raises:
        ValueError: if a part of it is too long for the format, 512 MiB.
    """
    cuts = [at for at in _occurrences(data) if at % 4 == 0]
    starts, ends = [0, *(at + 4 for at in cuts)], [*cuts, len(data)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if end - start > _LENGTH:
            raise ValueError(f"a record of {len(data)} bytes: RecordIO holds at most {_LENGTH}")
        flag = _WHOLE if not cuts else _FIRST if number == 0 else _LAST if number == len(cuts) else _MIDDLE
        stream.write(_HEADER.pack(_MAGIC, flag << 29 | (end - start)))
        stream.write(data[start:end] + b"\0" * (_padded(end - start) - (end - start)))


def _parts(file: RandomAccess, offset: int) -> Iterator[tuple[int, int]]:
    """Place and length of the data in each part of a record."""
    flag, length = part_at(file, offset)
    if flag in (_MIDDLE, _LAST):
        raise Damaged(f"no record begins at byte {offset}, but a later part of one")
    yield offset + 8, length
    while flag in (_FIRST, _MIDDLE):
        offset += 8 + _padded(length)
        flag, length = part_at(file, offset)
        if flag in (_WHOLE, _FIRST):
            raise Damaged(f"a record lacks its end at byte {offset}")
        yield offset + 8, length


def _padded(length: int) -> int:
    return -(-length // 4) * 4


def _occurrences(data: bytes) -> Iterator[int]:
    at = data.find(_MAGIC_BYTES)
    while at >= 0:
        yield at
        at = data.find(_MAGIC_BYTES, at + 4 if at % 4 == 0 else at + 1)
