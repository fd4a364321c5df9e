"""IJB-B and IJB-C as they are handed on: lists of templates, media and pairs, and the images they are about."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np


class IjbMetadata(NamedTuple):
    """What the lists of IJB-B or IJB-C say; images stand in the order of `files`.

    Attributes:
        name: `"ijbb"` or `"ijbc"`.
        files: names of the images (N,), below `images`.
        images: the folder they are in.
        landmarks: eyes, nose and corners of the mouth in pixels (N, 5, 2).
        detector_scores: of the faces (N,).
        templates: of the images (N,).
        media: of the images (N,).
        first: template ids of the pairs (P,).
        second: template ids on the other side (P,).
        same: True where both show one person (P,).
        galleries: (template ids, subjects) of each 1:N gallery; empty without their lists.
        probes: (template ids, subjects) of the 1:N probes; None without their list.
    """

    name: str
    files: list[str]
    images: Path
    landmarks: np.ndarray
    detector_scores: np.ndarray
    templates: np.ndarray
    media: np.ndarray
    first: np.ndarray
    second: np.ndarray
    same: np.ndarray
    galleries: tuple[tuple[np.ndarray, np.ndarray], ...]
    probes: tuple[np.ndarray, np.ndarray] | None


def read_ijb(folder: str | os.PathLike, name: str | None = None) -> IjbMetadata:
    """Read the lists of IJB-B or IJB-C: `meta/ijbc_face_tid_mid.txt` and so on, images in `loose_crop/`.

    `…_face_tid_mid.txt` has image, template and medium in a line, `…_name_5pts_score.txt` image, ten coordinates and
    the detector's score, `…_template_pair_label.txt` two templates and 1 or 0. The lists for 1:N,
    `…_1N_gallery_G1.csv`, `…_G2.csv` and `…_1N_probe_mixed.csv` (template, subject, … under a heading), may be missing.

    Args:
        folder: the set; its lists are in `meta/` or right in it.
        name: `"ijbb"` or `"ijbc"`; None for the one whose lists are there.

    Raises:
        ValueError: lists are missing, do not fit each other, or have a line that cannot be read (file and line named).

    Example:
        >>> meta = read_ijb("ijbc")  # doctest: +SKIP
    """
    folder = Path(folder)
    lists = folder / "meta" if (folder / "meta").is_dir() else folder
    names = [one for one in ("ijbc", "ijbb") if (lists / f"{one}_face_tid_mid.txt").is_file()]
    if not (name in names if name else names):
        raise ValueError(f"{lists}: expected {name or 'ijbc'}_face_tid_mid.txt and the other lists of IJB, found none")
    name = name or names[0]
    faces = _table(lists / f"{name}_face_tid_mid.txt", 3, str)
    points = _table(lists / f"{name}_name_5pts_score.txt", 12, str)
    if not np.array_equal(faces[:, 0], points[:, 0]):
        raise ValueError(f"{lists}: {name}_name_5pts_score.txt and {name}_face_tid_mid.txt list other images")
    numbers = _as(lists / f"{name}_name_5pts_score.txt", points[:, 1:], float)
    ids = _as(lists / f"{name}_face_tid_mid.txt", faces[:, 1:], np.int64)
    pairs = _table(lists / f"{name}_template_pair_label.txt", 3, np.int64)
    return IjbMetadata(
        name,
        faces[:, 0].tolist(),
        folder / "loose_crop" if (folder / "loose_crop").is_dir() else folder,
        numbers[:, :10].reshape(-1, 5, 2),
        numbers[:, 10],
        *ids.T,
        *pairs[:, :2].T,
        pairs[:, 2] == 1,
        tuple(filter(None, (_subjects(lists / f"{name}_1N_gallery_G{number}.csv") for number in (1, 2)))),
        _subjects(lists / f"{name}_1N_probe_mixed.csv"),
    )


def _table(path, wide, kind):
    """Columns of a list, parted by spaces; there are lists of fifteen million lines."""
    try:
        table = np.loadtxt(path, dtype=kind, comments=None, ndmin=2, encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:  # says the row
        raise ValueError(f"{path}: {error}") from error
    if table.shape[1] != wide:
        raise ValueError(f"{path}: expected {wide} columns, got {table.shape[1]}")
    return table


def _as(path, texts, kind):
    try:
        return texts.astype(kind)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _subjects(path):
    """(template ids, subjects), each template once; None without the file."""
    if not path.is_file():
        return None
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()[1:]))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected text") from error
    if not rows or min(map(len, rows)) < 2:
        raise ValueError(f"{path}: expected lines of template, subject, … under a heading")
    ids, first = np.unique(_as(path, np.array([row[0] for row in rows]), np.int64), return_index=True)
    return ids, np.array([rows[index][1].strip() for index in first])
