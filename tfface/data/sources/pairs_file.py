"""Verification sets that are a list of pairs and a folder of images: LFW and its likes."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..faults import Damaged, check_on_error, printable, reason, source_name
from ..formats.pairs_text import TextPairs, read_pairs
from ..pair_set import PairSet, contiguous_folds
from ..pairs import Pairs
from .identity_folder import SUFFIXES


def lfw(
    path: str | os.PathLike[str],
    pairs: str | os.PathLike[str] | None = None,
    folds: int = 10,
    on_error: str = "stop",
) -> PairSet:
    """Labeled Faces in the Wild, or a set laid out like it: `path/<name>/<name>_0001.jpg` and a list of pairs.

    Args:
        path: the folder of people.
        pairs: the list, LFW's `pairs.txt` or lines of `path path same`; None for the `pairs.txt` in `path`.
        folds: as in `pairs_file`.
        on_error: as in `pairs_file`.

    Raises:
        ValueError: as in `pairs_file`.

    Example:
        >>> pairs = tfface.data.lfw("lfw", "pairs.txt")  # doctest: +SKIP

    Reference:
        Huang, Ramesh, Berg and Learned-Miller, 2007, Labeled Faces in the Wild, UMass Technical Report 07-49.
    """
    return pairs_file(Path(path, "pairs.txt") if pairs is None else pairs, path, folds, on_error)


def pairs_file(
    path: str | os.PathLike[str], images: str | os.PathLike[str], folds: int = 10, on_error: str = "stop"
) -> PairSet:
    """The pairs that a text lists, of the images in a folder.

    Three kinds of text are read. LFW's: a first line with folds and pairs of each kind in a fold, then `name 1 2` for
    one person and `name 1 other 2` for two. Lines of `path path same`, with 1 or 0. And CALFW's and CPLFW's, where a
    pair is two lines of `path number`, and the number 0 stands for two people. Where names have blanks in them, tabs
    separate the words. LFW's names are the identities; otherwise images that pairs of one person connect share a label,
    and that is all that labels mean.

    Args:
        path: the text.
        images: the folder of the images it names.
        folds: in how many contiguous folds the pairs are judged, where the text does not say.
        on_error: what to do with images that the text names and the folder lacks: `"stop"` lists them; `"skip"` leaves
            out their pairs, warns with the numbers, and lists the images in the set's `skipped`.

    Raises:
        ValueError: if the text cannot be read, a line is of no such kind, or images are missing.

    Example:
        >>> pairs = tfface.data.pairs_file("agedb_pairs.txt", "agedb")  # doctest: +SKIP
    """
    check_on_error(on_error)
    name, root = source_name(path), Path(images)
    try:
        listed = read_pairs(Path(path).read_bytes().decode("utf-8", "surrogateescape"))
        fold_of = contiguous_folds(len(listed.same), folds) if listed.folds is None else listed.folds
    except (OSError, Damaged) as error:
        raise ValueError(f"{name}: {reason(error)}") from error
    return listed_pairs(name, root, listed, fold_of, on_error)


def listed_pairs(name: str, root: Path, listed: TextPairs, fold_of: np.ndarray, on_error: str) -> PairSet:
    """The pairs of a list, with those images of a folder that are there.

    Args:
        name: of the list, for messages.
        root: the folder.
        listed: the pairs.
        fold_of: the fold of each pair (P,).
        on_error: as in `pairs_file`.

    Raises:
        ValueError: images are missing.
    """
    found = _files(root, listed)
    missing = [image for image, file in found.items() if file is None]
    if missing:
        line = f"{name}: {len(missing)} of {len(found)} images are not in {source_name(root)}"
        if len(missing) == len(found):  # another folder is meant
            raise ValueError(f"{line}, {printable(missing[0])} for instance")
        if on_error == "stop":
            raise ValueError(f"{line}: {', '.join(map(printable, missing))}")
    names = [image for image in found if found[image] is not None]
    row = {image: index for index, image in enumerate(names)}
    sides = np.array([[row.get(image, -1) for image in pair] for pair in listed.names])
    both = (sides >= 0).all(axis=1)
    if not both.any():
        raise ValueError(f"{name}: no pair has both images in {source_name(root)}")
    if missing:
        warnings.warn(f"{line}; {np.count_nonzero(~both)} of {len(both)} pairs are left out", stacklevel=3)
    pairs = Pairs(*sides[both].T, listed.same[both])
    labels, identities = _identities(names, listed, pairs)
    keys = [found[image] for image in names]
    skipped = [f"{source_name(root)}/{printable(image)}: missing, named in {name}" for image in missing]
    return PairSet(
        keys,
        labels,
        identities,
        lambda index: (root / keys[index]).read_bytes(),
        source_name(root),
        skipped,
        pairs=pairs,
        folds=fold_of[both],
    )


def _files(root: Path, listed: TextPairs) -> dict[str, str | None]:
    """The file of each image, relative to the folder; None if there is none."""
    suffixes = (".jpg", *sorted(SUFFIXES - {".jpg"})) if listed.lfw else ("",)
    names = sorted({image for pair in listed.names for image in pair})
    return {
        image: next((image + suffix for suffix in suffixes if os.path.exists(root / (image + suffix))), None)
        for image in names
    }


def _identities(names: Sequence[str], listed: TextPairs, pairs: Pairs) -> tuple[np.ndarray, list[str]]:
    """Labels and the names of identities."""
    if listed.lfw:
        people, labels = np.unique([image.partition("/")[0] for image in names], return_inverse=True)
        return labels, people.tolist()
    parent = list(range(len(names)))

    def smallest(row: int) -> int:
        while parent[row] != row:
            parent[row] = row = parent[parent[row]]
        return row

    for first, second in zip(pairs.first[pairs.same].tolist(), pairs.second[pairs.same].tolist(), strict=True):
        low, high = sorted((smallest(first), smallest(second)))
        parent[high] = low
    roots, labels = np.unique([smallest(row) for row in range(len(names))], return_inverse=True)
    return labels, [names[root] for root in roots]
