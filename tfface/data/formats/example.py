"""`tf.train.Example`, as much of it as records of images need: features of bytes and of integers.

In the wire format of protocol buffers a field is `number << 3 | kind` and its value; numbers are varints, 7 bits a
byte, the lowest first. The nesting is Example(1: Features(1: entry(1: name, 2: Feature))) with Feature(1: list of
bytes, 2: of floats, 3: of integers), and the values of a list are its field 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..faults import Damaged

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_BYTES_LIST, _INT_LIST = 1, 3


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
            (name,), (feature,) = _once(data, entry, 1), _once(data, entry, 2)
            values = _values(data, feature)
            if values is not None:
                found[data[name.start : name.end].decode(errors="replace")] = values
    return found


def _values(data: bytes, feature: Span) -> list[Span] | list[int] | None:
    for number, value in _fields(data, feature):
        if not isinstance(value, Span):
            continue
        if number == _BYTES_LIST:
            return _inside(data, value, 1)
        if number == _INT_LIST:
            return list(_integers(data, value))
    return None


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


def _once(data: bytes, span: Span, wanted: int) -> list[Span]:
    found = _inside(data, span, wanted)
    if len(found) != 1:
        raise Damaged("not a tf.train.Example")
    return found


def _fields(data: bytes, span: Span) -> Iterator[tuple[int, Span | int]]:
    """Number and value of each field of a message."""
    at = span.start
    while at < span.end:
        key, at = _read_varint(data, at, span.end)
        kind = key & 7
        if kind == _VARINT:
            value, at = _read_varint(data, at, span.end)
        elif kind in (_BYTES, _EIGHT, _FOUR):
            length = {_EIGHT: 8, _FOUR: 4}.get(kind)
            if length is None:
                length, at = _read_varint(data, at, span.end)
            value = Span(at, at + length)
            at = value.end
        else:
            raise Damaged("not a tf.train.Example")
        if at > span.end:
            raise Damaged("not a tf.train.Example")
        yield key >> 3, value


def _read_varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= end:
            break
        value |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return value, at
    raise Damaged("not a tf.train.Example")


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
