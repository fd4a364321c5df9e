"""CRC-32C (Castagnoli, iSCSI), many bytes at once in NumPy.

A CRC is linear: that of a message is the exclusive or of what each byte contributes from its place, so one table of
(place, byte) serves a block of bytes in one look-up.
"""

from __future__ import annotations

from functools import cache

import numpy as np

_POLYNOMIAL = 0x82F63B78  # reflected
_BLOCK = 1024


def crc32c(data: bytes) -> int:
    """The CRC-32C of some bytes.

    Example:
        >>> hex(crc32c(b"123456789"))
        '0xe3069283'
    """
    crc, places, by_place = 0xFFFFFFFF, np.arange(_BLOCK), _contributions()
    values = np.frombuffer(data, np.uint8)
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK].copy()
        state = np.frombuffer(crc.to_bytes(4, "little"), np.uint8)[: len(block)]
        block[: len(state)] ^= state
        left = crc >> 8 * len(state)  # what a block of less than four bytes leaves of the state
        crc = left ^ int(np.bitwise_xor.reduce(by_place[places[_BLOCK - len(block) :], block], initial=0))
    return crc ^ 0xFFFFFFFF


def masked_crc32c(data: bytes) -> int:
    """As TFRecord files hold it: rotated by 15 bits, plus a constant."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


@cache
def _contributions() -> np.ndarray:
    """uint32 (_BLOCK, 256): what a byte adds to the CRC of a block from each place of it, the last place last."""
    last = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        last = last >> 1 ^ np.where(last & 1, np.uint32(_POLYNOMIAL), np.uint32(0))
    table = np.empty((_BLOCK, 256), np.uint32)
    table[-1] = last
    for place in range(_BLOCK - 2, -1, -1):
        table[place] = table[place + 1] >> 8 ^ last[table[place + 1] & 0xFF]
    return table
