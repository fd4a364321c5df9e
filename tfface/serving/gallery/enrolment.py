"""Faces that come into a gallery or leave it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np

from .segments import Face, Faces, join


def enrolment(names: Sequence[str], units: np.ndarray, sources: Sequence[str] | None) -> Faces:
    """Faces to enrol today.

    Args:
        names: who they are of (N,).
        units: embeddings at length 1 (N, D).
        sources: what the photographs are called (N,); None for nothing.

    Raises:
        ValueError: sizes that differ, an empty name, or an embedding of length 0.
    """
    names = list(map(str, names))
    sources = [""] * len(names) if sources is None else list(map(str, sources))
    if not len(names) == len(sources) == len(units):
        raise ValueError(
            f"names, embeddings, sources: expected one of each for every face, got {len(names)}, {len(units)} "
            f"and {len(sources)}"
        )
    if not all(names):
        raise ValueError("names: expected a name for each face, got an empty one")
    there = units.any(axis=1)
    if not there.all():
        raise ValueError(f"embeddings: that of {names[np.argmin(there)]!r} has length 0")
    today = date.today().isoformat()
    return join([Faces(units, [Face(*row, today) for row in zip(names, sources, strict=True)])])


def without(parts: Iterable[Faces], names: set[str]) -> Iterator[Faces]:
    """The parts of a gallery, less some people; a part that has none of them is passed on as it is.

    Raises:
        ValueError: somebody is not there.
    """
    parts = list(parts)
    unknown = sorted(names - {face.name for part in parts for face in part.faces})
    if unknown:
        raise ValueError(f"names: expected people who are enrolled, got {', '.join(map(repr, unknown))}")
    for part in parts:
        keep = np.array([face.name not in names for face in part.faces])
        yield part if keep.all() else part.where(keep)
