"""The text that says where records begin: a line `key, tab, byte` for each (`.idx`)."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ..faults import Damaged


def read_index(path: str | os.PathLike[str]) -> tuple[np.ndarray, np.ndarray]:
    """Keys, rising, and the byte at which the record of each begins, both int64 (N,).

    Raises:
        OSError: if it cannot be read.
        Damaged: if it is no such text, or has a key twice.
    """
    text = Path(path).read_bytes()
    if text.translate(None, b"0123456789\t\r\n "):
        raise Damaged("expected lines of `key, tab, byte` in digits, got other characters")
    with warnings.catch_warnings():  # of a text without a number
        warnings.simplefilter("ignore")
        numbers = np.fromstring(text, np.int64, sep=" ")
    lines = text.rstrip().count(b"\n") + 1
    if len(numbers) % 2 or len(numbers) != 2 * lines:
        raise Damaged(f"expected two numbers in each of {lines} lines, got {len(numbers)} numbers")
    keys, offsets = numbers.reshape(-1, 2)[np.argsort(numbers[::2], kind="stable")].T.copy()
    if twice := np.flatnonzero(keys[1:] == keys[:-1]).tolist():
        raise Damaged(f"key {keys[twice[0]]} comes twice")
    return keys, offsets


def write_index(path: str | os.PathLike[str], starts: Iterable[tuple[int, int]]) -> None:
    """Writes key and byte of each record."""
    with open(path, "w", encoding="ascii") as file:
        file.writelines(f"{key}\t{offset}\n" for key, offset in starts)
