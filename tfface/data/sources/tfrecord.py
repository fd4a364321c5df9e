"""TFRecord shards, our own with their index, and those of others."""

from __future__ import annotations

import os
import warnings
from array import array
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..faceset import FaceSet
from ..faults import Damaged, check_on_error, printable, reason, source_name
from ..formats.example import Span, decode
from ..formats.random_access import RandomAccess
from ..formats.shard_index import JSON, ROW, read_shard_index
from ..formats.tfrecord import records
from ..keys import LazyKeys

_IMAGE = ("image", "image/encoded", "image_raw")
_LABEL = ("label", "image/class/label")
_OPEN = 128  # files at once


def tfrecord(
    path: str | os.PathLike[str],
    image: str | None = None,
    label: str | None = None,
    on_error: str = "stop",
) -> FaceSet:
    """The faces of TFRecord shards.

    Shards that `tfface prepare` or `tfface.data.write_tfrecord` wrote come with an index, and open at once. Others are
    walked through: each record must be a `tf.train.Example` with one encoded image and one label, an integer or a name.
    Every image is then read from its place; the check of its data is not computed.

    Args:
        path: the folder of the shards (`*.tfrecord*`), or one file.
        image: the feature that holds the image; None for the first there is of `image`, `image/encoded`, `image_raw`.
        label: the feature that holds the label; None for the first there is of `label`, `image/class/label`.
        on_error: what to do with records that are no such Example and files that are torn: `"stop"`, or `"skip"`, which
            leaves out the record, or what follows the tear, warns, and lists them in the set's `skipped`.

    Raises:
        ValueError: if a file cannot be read, is torn, or lacks a feature; the message names it, and what there is.

    Example:
        >>> faces = tfface.data.tfrecord("shards")  # doctest: +SKIP
    """
    check_on_error(on_error)
    path = Path(path)
    name = source_name(path)
    try:
        if (path / JSON).exists():
            return _indexed(path, name, on_error)
        files = sorted(path.glob("*.tfrecord*")) if path.is_dir() else [path]
    except (OSError, Damaged) as error:
        raise ValueError(f"{name}: {reason(error)}") from error
    if not files:
        raise ValueError(f"{name}: expected files *.tfrecord in the folder, found none")
    return from_files(files, name, image, label, on_error)


def from_files(
    files: Sequence[Path], name: str, image: str | None, label: str | None, on_error: str, names: Sequence[str] = ()
) -> FaceSet:
    """A set of shards without an index; `names` are those of integer labels, if they are known."""
    places, values, skipped = array("Q"), [], []

    def refused(error: Exception, path: Path, more: str) -> None:
        line = f"{source_name(path)}: {reason(error)}"
        if on_error == "stop":
            raise ValueError(line) from error
        skipped.append(line + more)

    for number, path in enumerate(files):
        try:
            file = RandomAccess(path)
            for offset, length in records(file):
                try:
                    span, value = _image_and_label(file.read(offset, length), image, label)
                except Damaged as error:
                    refused(error, path, f", byte {offset}")
                    continue
                places.extend((number, offset + span.start, span.end - span.start))
                values.append(value)
        except (OSError, Damaged) as error:
            refused(error, path, "; what follows in it is left out")
    if not values:
        raise ValueError(f"{name}: no image{f'; {skipped[0]}' if skipped else ''}")
    table = np.zeros(len(values), ROW)
    table["shard"], table["offset"], table["length"] = np.asarray(places).reshape(-1, 3).T
    identities = {
        value: label for label, value in enumerate(sorted(set(values), key=lambda v: (isinstance(v, str), v)))
    }
    table["label"] = [identities[value] for value in values]
    called = [
        names[value] if isinstance(value, int) and 0 <= value < len(names) else str(value) for value in identities
    ]
    return _faces(table, list(files), called, name, skipped)


def _image_and_label(data: bytes, image: str | None, label: str | None) -> tuple[Span, int | str]:
    features = decode(data)
    spans, values = _feature(features, image, _IMAGE, "image"), _feature(features, label, _LABEL, "label")
    if len(spans) != 1 or not isinstance(spans[0], Span):
        raise Damaged(f"image: expected one value of bytes, got {len(spans)} values")
    if len(values) != 1:
        raise Damaged(f"label: expected one value, got {len(values)}")
    value = values[0]
    return spans[0], os.fsdecode(data[value.start : value.end]) if isinstance(value, Span) else value


def _feature(features: dict, wanted: str | None, usual: Sequence[str], argument: str) -> list:
    for name in (wanted,) if wanted is not None else usual:
        if name in features:
            return features[name]
    known = ", ".join(printable(name) for name in sorted(features)[:20]) or "no features of bytes or integers"
    raise Damaged(
        f"{argument}: no feature {' or '.join(map(repr, (wanted,) if wanted else usual))}; there are: {known}"
    )


def _indexed(folder: Path, name: str, on_error: str) -> FaceSet:
    index = read_shard_index(folder)
    files, rows, skipped = [folder / file for file, _ in index.shards], index.rows, []
    for number, (path, (_, size)) in enumerate(zip(files, index.shards, strict=True)):
        there = path.stat().st_size if path.exists() else 0
        if there == size:
            continue
        line = f"{source_name(path)}: torn: {size} bytes expected, {there} there"
        if on_error == "stop" or there > size:
            raise ValueError(line)
        lost = (rows["shard"] == number) & (rows["offset"] + rows["length"] > there)
        skipped.append(f"{line}; {np.count_nonzero(lost)} images are left out")
        rows = rows[~lost]
    return _faces(rows, files, index.identities, name, skipped)


def _faces(rows: np.ndarray, files: list[Path], identities: Sequence[str], name: str, skipped: list[str]) -> FaceSet:
    present, labels = np.unique(rows["label"], return_inverse=True)
    opened = lru_cache(_OPEN)(RandomAccess)

    def read(index: int) -> bytes:
        shard, _, offset, length = rows[index].item()
        return opened(files[shard]).read(offset, length)

    if skipped:
        warnings.warn(f"{name}: skipped in {len(skipped)} places; first: {skipped[0]}", stacklevel=3)
    return FaceSet(_ShardKeys(rows, files), labels, [identities[label] for label in present], read, name, skipped)


class _ShardKeys(LazyKeys):
    """File and byte of each image."""

    def __init__(self, rows: np.ndarray, files: list[Path]):
        self._rows, self._files = rows, files

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> str:
        shard, _, offset, _ = self._rows[row].item()
        return f"{self._files[shard].name}@{offset}"
