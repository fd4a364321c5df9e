"""InsightFace's training sets: images in a RecordIO file, with an index beside it."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np

from ..faceset import FaceSet
from ..faults import Damaged, check_on_error, reason, source_name
from ..formats.image_record import image_of, read_label, unpack
from ..formats.random_access import RandomAccess
from ..formats.record_index import read_index
from ..formats.recordio import read_record, record_starts
from ..keys import NumberedKeys

NAMES = "identities.txt"
_EXACT = 2**24  # whole numbers that a float32 holds
_SAMPLES = 256


def rec(path: str | os.PathLike[str], on_error: str = "stop") -> FaceSet:
    """The faces of an InsightFace training set: `train.rec` and `train.idx`, without MXNet.

    Such a set begins with a record that says where the records of identities begin, and each of these says where its
    images are, so that nothing is read of the images themselves. Sets without that record are read too: then the label
    in the header of every image is looked up, and without an `.idx` the file is walked through. Identities are called
    by their labels, or as `identities.txt` beside the file says, which `tfface.data.write_rec` leaves there. The key of
    an image is that of its record.

    Args:
        path: the `.rec` file, or the folder of a `train.rec`.
        on_error: what to do with records that the index names and the file lacks: `"stop"`, or `"skip"`, which leaves
            them out, warns with the number of them, and tells in the set's `skipped`.

    Raises:
        ValueError: if it cannot be read, is torn, or does not fit its index; the message names the file.

    Example:
        >>> faces = tfface.data.rec("faces_emore")  # doctest: +SKIP
    """
    check_on_error(on_error)
    path = Path(path)
    path = path / "train.rec" if path.is_dir() else path
    name = source_name(path)
    skipped: list[str] = []
    try:
        file = RandomAccess(path)
        keys, offsets = _records(path, file, on_error, skipped)
        keys, offsets, values = _labelled(file, keys, offsets, on_error, skipped)
    except (OSError, Damaged) as error:
        raise ValueError(f"{name}: {reason(error)}") from error
    present, labels = np.unique(values, return_inverse=True)
    if skipped:
        warnings.warn(f"{name}: {skipped[0]}", stacklevel=2)
    return FaceSet(
        NumberedKeys(keys),
        labels,
        _names(path, present),
        lambda index: image_of(read_record(file, int(offsets[index]))),
        name,
        [f"{name}: {line}" for line in skipped],
    )


def _records(path: Path, file: RandomAccess, on_error: str, skipped: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Keys and places of all records that begin in the file."""
    index = path.with_suffix(".idx")
    if not index.exists():
        return _walk(file, on_error, skipped)
    try:
        keys, offsets = read_index(index)
    except Damaged as error:
        raise Damaged(f"its index {source_name(index.name)}: {error}") from error
    there = offsets <= file.size - 8
    if not there.all():
        lost = f"torn: {np.count_nonzero(~there)} of {len(keys)} records of the index lie behind its end"
        if on_error == "stop" or not there.any():
            raise Damaged(f"{lost}, byte {file.size}")
        skipped.append(f"{lost}, byte {file.size}; they are left out")
    return keys[there], offsets[there]


def _walk(file: RandomAccess, on_error: str, skipped: list[str]) -> tuple[np.ndarray, np.ndarray]:
    starts: list[int] = []
    try:
        for start in record_starts(file):
            starts.append(start)
    except Damaged as error:
        if on_error == "stop" or len(starts) < 2:
            raise
        starts.pop()
        skipped.append(f"{error}; the {len(starts)} records before that are taken")
    if not starts:
        raise Damaged("the file is empty")
    return np.arange(len(starts)), np.array(starts)


def _labelled(file: RandomAccess, keys: np.ndarray, offsets: np.ndarray, on_error: str, skipped: list[str]):
    """Keys, places and labels of the images."""
    first = _first_identity(file, keys, offsets)
    if first is not None:
        identities, images = keys >= first, (keys > 0) & (keys < first)
        by_key = _from_ranges(file, offsets[identities], first)
        keys, offsets = keys[images], offsets[images]
        if by_key is not None and _agree(file, offsets, by_key[keys]):
            return keys, offsets, by_key[keys]
    labels = np.full(len(keys), -1)
    for row, offset in enumerate(offsets.tolist()):
        try:
            labels[row] = _whole(read_label(file, offset))
        except Damaged as error:
            if on_error == "stop":
                raise Damaged(f"record {keys[row]}: {error}") from error
    whole = labels >= 0
    if not whole.any():
        raise Damaged("no record of an image can be read; does the index belong to it?")
    if not whole.all():
        skipped.append(f"{np.count_nonzero(~whole)} of {len(keys)} records have no label that can be read; left out")
    return keys[whole], offsets[whole], labels[whole]


def _first_identity(file: RandomAccess, keys: np.ndarray, offsets: np.ndarray) -> int | None:
    """The key of the first record of an identity; None if the set has no such records."""
    if keys[0] != 0:
        return None
    labels = unpack(read_record(file, int(offsets[0]))).labels
    if len(labels) < 2:
        return None
    first = _whole(labels[0])
    if first > _EXACT:  # rounded: look where records without an image begin
        row = int(np.searchsorted(keys, first))
        while row > 1 and not unpack(read_record(file, int(offsets[row - 1]))).image:
            row -= 1
        while row < len(keys) and unpack(read_record(file, int(offsets[row]))).image:
            row += 1
        first = int(keys[row]) if row < len(keys) else first
    return first


def _from_ranges(file: RandomAccess, offsets: np.ndarray, first: int) -> np.ndarray | None:
    """The label of each key below `first`, from the records of identities; None if these do not tell."""
    if first > _EXACT:
        return None
    bounds = [1]
    for offset in offsets.tolist():
        try:
            labels = unpack(read_record(file, offset)).labels
            if len(labels) < 2 or labels[0] != bounds[-1] or _whole(labels[1]) <= bounds[-1]:
                return None
        except Damaged:
            return None
        bounds.append(_whole(labels[1]))
    if bounds[-1] != first:  # the last ones may be lost
        return None
    return np.concatenate([[-1], np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))])


def _agree(file: RandomAccess, offsets: np.ndarray, labels: np.ndarray) -> bool:
    """Whether the images looked at have these labels; those that cannot be read are found when they are needed."""
    rows = np.unique(np.linspace(0, len(offsets) - 1, min(_SAMPLES, len(offsets))).astype(int))
    found, error = [], None
    for row in rows.tolist():
        try:
            found.append(read_label(file, int(offsets[row])) == labels[row])
        except Damaged as damaged:
            error = damaged
    if 2 * len(found) < len(rows):
        raise Damaged(f"its index does not belong to it: {error}")
    return all(found)


def _whole(label: float) -> int:
    if not (0 <= label < 2**31 and label == int(label)):
        raise Damaged(f"expected a whole number as label, got {label}")
    return int(label)


def _names(path: Path, present: np.ndarray) -> list[str]:
    try:
        lines = (path.parent / NAMES).read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    except OSError:
        lines = []
    if len(lines) <= present[-1]:
        return [str(value) for value in present]
    return [lines[value] for value in present]
