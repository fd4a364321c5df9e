"""Celebrities in Frontal-Profile in the Wild: its own folders and lists."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import numpy as np

from ..faults import check_on_error, printable, reason, source_name
from ..formats.pairs_text import TextPairs
from ..pair_set import PairSet
from .pairs_file import listed_pairs

_SIDES = {"FP": ("F", "P"), "FF": ("F", "F")}  # which list the images of a pair are counted in


def cfp(path: str | os.PathLike[str], protocol: str = "FP", on_error: str = "stop") -> PairSet:
    """The pairs of CFP as its archive holds them: `Data/Images/<person>/…` and `Protocol/Split/FP/01/same.txt`.

    Args:
        path: the folder of `Data` and `Protocol`.
        protocol: `"FP"`, a frontal image and a profile, or `"FF"`, two frontal ones: ten folds of 700 pairs.
        on_error: as in `pairs_file`.

    Raises:
        ValueError: for another protocol, a list that cannot be read or makes no sense, or images that are missing.

    Example:
        >>> pairs = tfface.data.cfp("cfp-dataset")  # doctest: +SKIP

    Reference:
        Sengupta, Chen, Castillo, Patel, Chellappa and Jacobs, 2016, Frontal to Profile Face Verification in the Wild.
    """
    check_on_error(on_error)
    if protocol not in _SIDES:
        raise ValueError(f"protocol: expected 'FP' or 'FF', got {protocol!r}")
    root = Path(path)
    lists = root / "Protocol"
    images = {side: _images(lists / f"Pair_list_{side}.txt") for side in set(_SIDES[protocol])}
    names, same, folds = [], [], []
    for fold, folder in enumerate(sorted(_folders(lists / "Split" / protocol))):
        for kind in ("same", "diff"):
            for row in _rows(folder / f"{kind}.txt"):
                names.append(tuple(_image(images[side], row, at) for at, side in enumerate(_SIDES[protocol])))
                same.append(kind == "same")
                folds.append(fold)
    listed = TextPairs(names, np.array(same), None, True)
    return listed_pairs(source_name(root), root / "Data" / "Images", listed, np.array(folds, np.int32), on_error)


def _images(file: Path) -> dict[int, str]:
    """By number, the images of a list: `001/frontal/01`, the person first."""
    found = {}
    for number, words in _lines(file):
        if len(words) != 2 or not words[0].isdecimal():
            raise ValueError(f"{file}: line {number}: expected `number path`, got {printable(' '.join(words)[:80])!r}")
        found[int(words[0])] = str(PurePosixPath(*PurePosixPath(words[1]).parts[-3:]).with_suffix(""))
    return found


def _rows(file: Path):
    for number, words in _lines(file):
        row = " ".join(words).split(",")
        if len(row) != 2 or not all(word.strip().isdecimal() for word in row):
            raise ValueError(
                f"{file}: line {number}: expected `number,number`, got {printable(' '.join(words)[:80])!r}"
            )
        yield f"{file}: line {number}", [int(word) for word in row]


def _image(images, row, at):
    where, numbers = row
    if numbers[at] not in images:
        raise ValueError(f"{where}: expected the number of an image, 1 to {max(images, default=0)}, got {numbers[at]}")
    return images[numbers[at]]


def _lines(file: Path):
    try:
        text = file.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise ValueError(f"{source_name(file)}: {reason(error)}") from error
    return [(number, line.split()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _folders(path: Path) -> list[Path]:
    found = [entry for entry in path.iterdir() if entry.is_dir()] if path.is_dir() else []
    if not found:
        raise ValueError(f"{source_name(path)}: expected a folder for each fold, with same.txt and diff.txt in it")
    return found
