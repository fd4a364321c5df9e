"""Pickles of plain values, read without running them.

A pickle is a program. This is an interpreter of the few instructions that make lists, tuples, numbers, text, bytes and
NumPy arrays; whatever else a file wants to do is refused, and nothing of it is imported or called. Bytes are not
kept: what is noted is where they stand in the file.
"""

from __future__ import annotations

import math
import pickletools
import struct
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from ..faults import Damaged

_SIZE_BYTES = {  # of the length before the bytes
    "SHORT_BINBYTES": 1, "BINBYTES": 4, "BINBYTES8": 8, "BYTEARRAY8": 8, "SHORT_BINSTRING": 1, "BINSTRING": 4,
}  # fmt: skip
_TEXT_OR_NUMBER = {
    "INT", "BININT", "BININT1", "BININT2", "LONG1", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8",
}  # fmt: skip
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_PUT, _GET = {"PUT", "BINPUT", "LONG_BINPUT"}, {"GET", "BINGET", "LONG_BINGET"}
_NUMPY = ("numpy.core.", "numpy._core.")
_MARK = object()


class Span(NamedTuple):
    """Where bytes stand in the file."""

    start: int
    length: int


@dataclass
class Array:
    """A NumPy array (or, with the shape (), a scalar) of one byte an element."""

    type: str = ""  # "u1", "b1"
    content: Span | None = None


@dataclass(frozen=True)
class _Global:
    name: str


@dataclass
class _Type:
    name: str


def read_plain(file: BinaryIO, size: int):
    """The value that a pickle of so many bytes holds, its bytes as Spans, its arrays as Arrays.

    Raises:
        Damaged: if it is torn, or holds or does anything else.
    """
    try:
        return _Interpreter().run(_Bounded(file, size), 10_000 + size // 8)
    except Damaged:
        raise
    except (ValueError, LookupError, TypeError, struct.error) as error:
        raise Damaged(f"no pickle: {error or type(error).__name__}") from error


class _Bounded:
    """What `pickletools` reads: it asks for as many bytes as a length in the file says, and gets those there are."""

    def __init__(self, file: BinaryIO, size: int):
        self._file, self._size, self.tell, self.readline = file, size, file.tell, file.readline

    def read(self, length: int) -> bytes:
        return self._file.read(max(0, min(length, self._size - self._file.tell())))


class _Interpreter:
    def __init__(self):
        self._stack: list = []
        self._memo: dict[int, object] = {}

    def run(self, stream: _Bounded, most: int):
        for count, (code, argument, position) in enumerate(pickletools.genops(stream)):
            if count > most:
                raise Damaged("refused: a pickle of more instructions than its bytes can need")
            if code.name == "STOP":
                return self._take(1)[0]
            self._do(code.name, argument, position)

    def _do(self, name: str, argument, position: int) -> None:
        stack = self._stack
        if name in _SIZE_BYTES:
            stack.append(Span(position + 1 + _SIZE_BYTES[name], len(argument)))
        elif name in _TEXT_OR_NUMBER:
            stack.append(argument)
        elif name in _CONSTANTS:
            stack.append(_CONSTANTS[name])
        elif name in _PUT:
            self._memo[argument] = stack[-1]
        elif name == "MEMOIZE":
            self._memo[len(self._memo)] = stack[-1]
        elif name in _GET:
            stack.append(self._memo[argument])
        elif name == "MARK":
            stack.append(_MARK)
        elif name == "EMPTY_LIST":
            stack.append([])
        elif name == "LIST":
            stack.append(self._since_mark())
        elif name == "TUPLE":
            stack.append(tuple(self._since_mark()))
        elif name in _TUPLES:
            stack.append(tuple(self._take(_TUPLES[name])))
        elif name == "APPEND":
            _extend(stack, self._take(1))
        elif name == "APPENDS":
            _extend(stack, self._since_mark())
        elif name == "GLOBAL":
            stack.append(_named(*argument.split(" ", 1)))
        elif name == "STACK_GLOBAL":
            stack.append(_named(*self._take(2)))
        elif name == "REDUCE":
            stack.append(_made(*self._take(2)))
        elif name == "BUILD":
            _complete(*self._take(2, keep=1))
        elif name not in ("PROTO", "FRAME"):
            raise Damaged(f"refused: no pickle, or one that does more than list bytes ({name})")

    def _take(self, count: int, keep: int = 0) -> list:
        taken = self._stack[-count:]
        if len(taken) < count or any(value is _MARK for value in taken):
            raise Damaged("no pickle: a value is missing")
        del self._stack[len(self._stack) - count + keep :]
        return taken

    def _since_mark(self) -> list:
        values = []
        while (value := self._stack.pop()) is not _MARK:
            values.append(value)
        return values[::-1]


def _named(module: str, name: str) -> _Global:
    """A function or class; long names would be copied each time they are used."""
    return _Global(f"{module[:100]}.{name[:100]}")


def _extend(stack: list, values: list) -> None:
    if not isinstance(stack[-1], list):
        raise Damaged("no pickle: values for what is no list")
    stack[-1].extend(values)


def _made(function, arguments):
    """What a call would give, of the three calls by which NumPy writes arrays and types."""
    name = function.name if isinstance(function, _Global) else type(function).__name__  # not what is in it
    if name == "numpy.dtype":
        return _Type(arguments[0])
    if name.startswith(_NUMPY):
        short = name.removeprefix(_NUMPY[0]).removeprefix(_NUMPY[1])
        if short == "multiarray._reconstruct" and arguments[0] == _Global("numpy.ndarray"):
            return Array()  # to be completed
        if short == "multiarray.scalar":
            return _array(arguments[0], (), arguments[1])
        if short == "numeric._frombuffer":
            return _array(arguments[1], arguments[2], arguments[0])
    raise Damaged(f"refused: a pickle that wants to call {name}")


def _complete(value, state) -> None:
    if isinstance(value, Array) and value.content is None:
        _, shape, kind, _, content = state
        made = _array(kind, shape, content)
        value.type, value.content = made.type, made.content
    elif not isinstance(value, _Type):  # of which the name says all that matters for single bytes
        raise Damaged("refused: a pickle that sets the state of an object")


def _array(kind, shape, content) -> Array:
    if not isinstance(kind, _Type) or not isinstance(content, Span) or math.prod(shape[:3]) != content.length:
        raise Damaged("expected arrays of single bytes, got others")
    return Array(kind.name, content)
