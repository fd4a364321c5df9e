"""`tf.train.Example`, as much of it as records of images need: features of bytes and of integers.

In the wire format of protocol buffers a field is `number << 3 | kind` and its value; numbers are varints, 7 bits a
byte, the lowest first. The nesting is Example(1: Features(1: entry(1: name, 2: Feature))) with Feature(1: list of
bytes, 2: of floats, 3: of integers), and the values of a list are its field 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..faults import Damaged

_VARINT, _BYTES = 0, 2
_FIXED = {1: 8, 5: 4}  # bytes of a number of this kind
_BYTES_LIST, _INT_LIST = 1, 3
_NONE = "not a tf.train.Example"


class Span(NamedTuple):
    """Where bytes stand in a record."""

    start: int
    end: int


def encode(features: Mapping[str, bytes | int]) -> bytes:
    """An Example with one value for each feature."""
    entries = b""
    for name, value in features.items():
        if isinstance(value, bytes):
            feature = _field(_BYTES_LIST, _field(1, value))
        else:
            feature = _field(_INT_LIST, _field(1, _varint(value % 2**64)))  # packed
        entries += _field(1, _field(1, name.encode()) + _field(2, feature))
    return _field(1, entries)


def decode(data: bytes) -> dict[str, list[Span] | list[int]]:
    """The features of an Example: where the bytes of each value stand, or integers; floats are left out.

    Raises:
        Damaged: if the data are no Example.
    """
    found = {}
    for example in _inside(data, Span(0, len(data)), 1):
        for entry in _inside(data, example, 1):
            fields = dict(_fields(data, entry))
            name, feature = fields.get(1), fields.get(2)
            if not isinstance(name, Span) or not isinstance(feature, Span):
                raise Damaged(_NONE)
            for kind, values in _fields(data, feature):
                if kind == _BYTES_LIST and isinstance(values, Span):
                    found[_text(data, name)] = _inside(data, values, 1)
                elif kind == _INT_LIST and isinstance(values, Span):
                    found[_text(data, name)] = list(_integers(data, values))
    return found


def _text(data: bytes, span: Span) -> str:
    return data[span.start : span.end].decode(errors="replace")


def _integers(data: bytes, span: Span) -> Iterator[int]:
    for number, value in _fields(data, span):
        if number != 1:
            continue
        if not isinstance(value, Span):
            yield _signed(value)
            continue
        at = value.start  # packed
        while at < value.end:
            one, at = _read_varint(data, at, value.end)
            yield _signed(one)


def _inside(data: bytes, span: Span, wanted: int) -> list[Span]:
    return [value for number, value in _fields(data, span) if number == wanted and isinstance(value, Span)]


def _fields(data: bytes, span: Span) -> Iterator[tuple[int, Span | int]]:
    """Number and value of each field of a message."""
    at = span.start
    while at < span.end:
        key, at = _read_varint(data, at, span.end)
        kind = key & 7
        if kind == _VARINT:
            value, at = _read_varint(data, at, span.end)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            length, at = _read_varint(data, at, span.end)
        elif kind in _FIXED:
            length = _FIXED[kind]
        else:
            raise Damaged(_NONE)
        value = Span(at, at + length)
        at = value.end
        if at > span.end:
            raise Damaged(_NONE)
        yield key >> 3, value


def _read_varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A number, and where what follows begins."""
    value = 0
    for shift, byte in zip(range(0, 70, 7), data[at : min(end, at + 10)], strict=False):
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at + shift // 7 + 1
    raise Damaged(_NONE)


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value
