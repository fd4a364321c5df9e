"""Lists of pairs as text: LFW's `pairs.txt`, lines of `path path same`, and those of CALFW and CPLFW.

LFW's begins with a line of one or two numbers: folds and pairs of each kind in a fold, or just the pairs. Lines of
three words are `name, number, number` (one person), lines of four `name, number, name, number` (two people). In CALFW's
and CPLFW's lists a pair is two lines of `path, number`, and the number, the same in both, is 0 for two people.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..faults import Damaged, printable

_SAME = {"1": True, "0": False, "true": True, "false": False, "-1": False}


class TextPairs(NamedTuple):
    """Pairs as a file lists them.

    Attributes:
        names: the image on either side of each pair, a path without its folder; LFW's without a suffix.
        same: bool (P,).
        folds: int32 (P,), rising; None if the file has no folds.
        lfw: whether the names are like LFW's: a folder that is the person's name first, and no suffix.
    """

    names: list[tuple[str, str]]
    same: np.ndarray
    folds: np.ndarray | None
    lfw: bool


def read_pairs(text: str) -> TextPairs:
    """Reads any of these lists.

    Raises:
        Damaged: for a line that is of neither kind, naming its number.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise Damaged("no pairs")
    head = lines[0][1].split()
    if len(head) <= 2 and all(_is_number(word) for word in head):
        return _lfw(lines[1:], [int(word) for word in head])
    if _is_lfw(_words(lines[0][1])):
        return _lfw(lines, [])
    if len(head) == 2 and _is_number(head[1]):
        return _two_lines(lines)
    pairs = [_plain(number, line) for number, line in lines]
    return TextPairs([pair[:2] for pair in pairs], np.array([pair[2] for pair in pairs]), None, False)


def _lfw(lines: list[tuple[int, str]], head: list[int]) -> TextPairs:
    names, same = [], []
    for number, line in lines:
        words = _words(line)
        if not _is_lfw(words):
            kinds = "`name number number` or `name number name number`"
            raise Damaged(f"line {number}: expected {kinds}, got {printable(line[:80])!r}")
        same.append(len(words) == 3)
        names.append((_lfw_name(words[0], words[1]), _lfw_name(words[-2] if len(words) == 4 else words[0], words[-1])))
    if (head and len(names) != 2 * math.prod(head)) or not names:
        raise Damaged(f"expected {2 * math.prod(head)} pairs, as the first line says, got {len(names)}")
    folds = np.repeat(np.arange(head[0], dtype=np.int32), 2 * head[1]) if len(head) == 2 else None
    return TextPairs(names, np.array(same), folds, True)


def _two_lines(lines: list[tuple[int, str]]) -> TextPairs:
    rows = [(number, _words(line)) for number, line in lines]
    for number, words in rows:
        if len(words) != 2 or not _is_number(words[1]):
            raise Damaged(f"line {number}: expected `path number`, got {printable(' '.join(words)[:80])!r}")
    if len(rows) % 2:
        raise Damaged(f"line {rows[-1][0]}: the second line of a pair is missing")
    names, same = [], []
    for (number, first), (_, second) in zip(rows[::2], rows[1::2], strict=True):
        if int(first[1]) != int(second[1]):
            raise Damaged(f"line {number}: expected one number for both images of a pair, got {first[1]}, {second[1]}")
        names.append((first[0], second[0]))
        same.append(int(first[1]) > 0)
    return TextPairs(names, np.array(same), None, False)


def _plain(number: int, line: str) -> tuple[str, str, bool]:
    words = _words(line)
    if len(words) != 3 or words[2].lower() not in _SAME:
        raise Damaged(f"line {number}: expected `path path same`, same as 1 or 0, got {printable(line[:80])!r}")
    return words[0], words[1], _SAME[words[2].lower()]


def _words(line: str) -> list[str]:
    """Separated by tabs if there is one, so that names may have blanks in them."""
    return line.split("\t") if "\t" in line else line.split()


def _is_lfw(words: list[str]) -> bool:
    return len(words) in (3, 4) and all(_is_number(word) for word in (words[1], words[-1]))


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 10


def _lfw_name(name: str, number: str) -> str:
    return f"{name}/{name}_{int(number):04d}"
