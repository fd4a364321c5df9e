"""A set as InsightFace's training sets are."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ..decoding import decode
from ..faceset import FaceSet
from ..formats.image_record import pack
from ..formats.record_index import write_index
from ..formats.recordio import write_record
from ..sources.rec import NAMES
from .whole import appearing, encoded

_EXACT = 2**24


def write_rec(faces: FaceSet, folder: str | os.PathLike[str], on_error: str = "stop") -> Path:
    """Writes `train.rec`, `train.idx` and `property`, as InsightFace and its descendants read them.

    Images are written as they are encoded, identity after identity. Their names go into `identities.txt`, which only
    tfface reads; keys are not kept.

    Args:
        faces: the set.
        folder: where to; made if it is not there. What it holds of that name is replaced when all is written.
        on_error: what to do with an image that cannot be read: `"stop"` or `"skip"`.

    Returns:
        The path of `train.rec`.

    Raises:
        ImageError: for an image that cannot be read, or the first cannot be decoded: `property` tells its size.
        ValueError: for more images than the format can number.

    Example:
        >>> write_rec(faces, "packed").name
        'train.rec'
        >>> tfface.data.rec("packed")
        FaceSet('packed/train.rec', 40 images, 8 identities)
    """
    if len(faces) >= _EXACT:
        raise ValueError(f"{faces.source}: the format numbers images in float32, exact to {_EXACT}; got {len(faces)}")
    height, width, _ = decode(faces.read(0), faces.where(0)).shape
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in ("property", NAMES, "train.idx", "train.rec")]
    with appearing(*paths) as (settings, names, index, records):
        written, starts = [], []
        with open(records, "wb") as file:
            file.write(bytes(_HEAD_SPACE))
            starts.append(0)
            for row, image in encoded(faces, np.argsort(faces.labels, kind="stable"), on_error):
                starts.append(file.tell())
                written.append(int(faces.labels[row]))
                write_record(file, pack(float(written[-1]), len(written), image))
            _write_identities(file, written, len(faces.identities), starts)
        settings.write_text(f"{len(faces.identities)},{height},{width}\n{len(written)}\n", encoding="ascii")
        text = "\n".join(name.replace("\n", " ") for name in faces.identities)
        names.write_text(text, encoding="utf-8", errors="surrogateescape")
        write_index(index, enumerate(starts))
    return paths[-1]


def _write_identities(file, labels: list[int], identities: int, starts: list[int]) -> None:
    """The records that say where the images of each identity are, and the first, that says where these records are."""
    bounds = 1 + np.searchsorted(labels, np.arange(identities + 1))
    first = 1 + len(labels)
    for identity in range(identities):
        starts.append(file.tell())
        write_record(file, pack([float(bounds[identity]), float(bounds[identity + 1])], first + identity))
    file.seek(0)
    write_record(file, pack([float(first), float(first + identities)], 0))


_HEAD_SPACE = 8 + 24 + 8  # of the first record, which is written last
