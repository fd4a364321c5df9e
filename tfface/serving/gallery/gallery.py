"""A gallery of enrolled faces on the disk: add, remove, search, and "unknown" as an answer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ...evaluation.vectors import as_embeddings, unit
from . import store
from .enrolment import enrolment, without
from .faiss_index import FaissIndex
from .lock import writing
from .search import nearest_people
from .segments import Face
from .threshold import Threshold
from .versions import first_version, numbers, write_version


class Match(NamedTuple):
    """A person of the gallery and the face of that person that is nearest.

    Attributes:
        name: the person.
        cosine: with the nearest face.
        source: the photograph that face was enrolled from.
    """

    name: str
    cosine: float
    source: str


class Gallery:
    """Enrolled people: a directory of `.npy` and `.json` files that only their owner can read.

    A change appears at once and whole, or not at all: whoever is killed, whatever fails. Any number of processes may
    read, and one at a time may write. Each object shows the gallery as it was when it was opened or last changed by
    it; `reload` shows it as it is now. Embeddings and names are personal data: `remove` deletes them from every file
    of the gallery, that of the version before too.

    Args:
        path: of a gallery that `Gallery.create` made.
        version: None for the newest; another one that is still there (`versions`).

    Attributes:
        path: where it is.

    Raises:
        ValueError: there is no gallery, or one of its files is not what was written; the message names the file and
            the version before, if that one is whole.

    Example:
        >>> gallery = tfface.serving.Gallery.create("people.gallery", embedding_size=4)
        >>> gallery.add(["anna", "bo"], [[1, 0, 0, 0], [0, 1, 0, 0]], sources=["anna.jpg", "bo.jpg"])
        >>> gallery.search([[0.9, 0.1, 0, 0]], k=1)[0][0].name
        'anna'
        >>> [match and match.source for match in gallery.identify([[0.9, 0.1, 0, 0], [0, 0, 1, 0]], threshold=0.5)]
        ['anna.jpg', None]
        >>> gallery.remove(["bo"])
        >>> gallery
        Gallery('people.gallery', 1 people, 1 faces)
    """

    def __init__(self, path: str | os.PathLike[str], version: int | None = None):
        self.path = Path(path)
        self._show(store.read(self.path, version))

    @classmethod
    def create(cls, path: str | os.PathLike[str], embedding_size: int, model: dict[str, Any] | None = None) -> Gallery:
        """Makes an empty gallery.

        Args:
            path: a directory that is not there yet, or is empty.
            embedding_size: D.
            model: plain data that says what makes the embeddings, say its name and checksum. It is kept, and given
                back as `gallery.model`.

        Raises:
            ValueError: D is below 1, or the directory has files in it.
        """
        path = Path(path)
        if embedding_size < 1:
            raise ValueError(f"embedding_size: expected at least 1, got {embedding_size!r}")
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise ValueError(f"{path}: expected a directory that is new or empty")
        path.chmod(0o700)
        with writing(path, wait=0.0):
            write_version(path, first_version(embedding_size, model or {}))
        return cls(path)

    def __len__(self) -> int:
        return len(self._faces)

    def __repr__(self) -> str:
        return f"Gallery({str(self.path)!r}, {len(self.names)} people, {len(self)} faces)"

    @property
    def names(self) -> list[str]:
        """The people, sorted."""
        return list(self._names)

    @property
    def faces(self) -> list[Face]:
        """Who is enrolled from which photograph."""
        return list(self._faces)

    @property
    def embedding_size(self) -> int:
        """D."""
        return self._version.embedding_size

    @property
    def model(self) -> dict[str, Any]:
        """What makes the embeddings, as `create` was told."""
        return dict(self._version.model)

    @property
    def threshold(self) -> Threshold | None:
        """Where a match begins, as `set_threshold` was told."""
        kept = self._version.threshold
        return kept and Threshold(**kept)

    @property
    def version(self) -> int:
        """The number of the version that is shown."""
        return self._version.number

    @property
    def versions(self) -> list[int]:
        """The versions that can be opened, the newest first: this one and, unless somebody was removed, the last."""
        return numbers(self.path)

    def add(
        self, names: Sequence[str], embeddings: np.ndarray, sources: Sequence[str] | None = None, wait: float = 10.0
    ) -> None:
        """Enrols faces; a person may have any number of them, added at once or later.

        Args:
            names: who the faces are of (N,).
            embeddings: (N, D); L2-normalised here.
            sources: what the photographs are called (N,).
            wait: seconds to wait for another process that writes.

        Raises:
            ValueError: sizes that differ, an empty name, NaN, infinity, an embedding of length 0, or another
                process still writes; nothing was changed then.
        """
        added = enrolment(names, self._units(embeddings), sources)
        self._show(store.change(self.path, lambda parts: [*parts, added], wait))

    def update(
        self, name: str, embeddings: np.ndarray, sources: Sequence[str] | None = None, wait: float = 10.0
    ) -> None:
        """Puts new faces in the place of all that a person has; the old ones are deleted, from the disk too.

        Raises:
            ValueError: as `add` and `remove` do.
        """
        added = enrolment([name] * len(embeddings), self._units(embeddings), sources)
        self._show(store.change(self.path, lambda parts: [*without(parts, {name}), added], wait, forget=True))

    def remove(self, names: Sequence[str], wait: float = 10.0) -> None:
        """Deletes people, from the disk too.

        Raises:
            ValueError: somebody is not enrolled, or another process still writes; nothing was changed then.
        """
        self._show(store.change(self.path, lambda parts: without(parts, set(names)), wait, forget=True))

    def set_threshold(self, threshold: Threshold | None, wait: float = 10.0) -> None:
        """Keeps a threshold with the gallery, as `threshold_for` gives it; None for none."""
        kept = threshold and threshold._asdict()
        self._show(store.change(self.path, lambda parts: parts, wait, threshold=kept))

    def restore(self, wait: float = 10.0) -> None:
        """Makes the version that is shown the newest one again; those after it are deleted."""
        self._show(store.restore(self.path, self.version, wait))

    def reload(self) -> None:
        """Shows the gallery as it is now."""
        self._show(store.read(self.path))

    def search(self, embeddings: np.ndarray, k: int = 5) -> list[list[Match]]:
        """The k nearest people of each probe, best first.

        Args:
            embeddings: (Q, D); L2-normalised here.
            k: how many people; fewer are given if fewer are enrolled.

        Raises:
            ValueError: shapes that do not fit, NaN or infinity, or k below 1.
        """
        if k < 1:
            raise ValueError(f"k: expected at least 1, got {k!r}")
        probes = self._units(embeddings)
        k = min(k, len(self._names))
        if not k or not len(probes):
            return [[] for _ in probes]
        if self._index is None:
            nearest = nearest_people(probes, self._parts, self._people, k)
        else:
            nearest = self._index.nearest(probes, k)
        return [
            [
                Match(self._faces[row].name, float(cosine), self._faces[row].source)
                for row, cosine in zip(rows, cosines, strict=True)
                if row >= 0
            ]
            for rows, cosines in zip(nearest.rows, nearest.cosines, strict=True)
        ]

    def identify(self, embeddings: np.ndarray, threshold: float | None = None) -> list[Match | None]:
        """Who it is, or None for somebody unknown.

        Args:
            embeddings: (Q, D); L2-normalised here.
            threshold: the cosine above which it is that person; None for the gallery's own.

        Raises:
            ValueError: as `search` does, or there is no threshold.
        """
        return self.known(self.search(embeddings, k=1), threshold)

    def known(self, found: Sequence[Sequence[Match]], threshold: float | None = None) -> list[Match | None]:
        """Who it is, or None for somebody unknown, of what `search` has found for each probe.

        Args:
            found: matches of each probe, best first.
            threshold: as in `identify`.

        Raises:
            ValueError: there is no threshold.
        """
        if threshold is None:
            if self.threshold is None:
                raise ValueError(
                    f"{self.path}: no threshold was set; give one (--threshold), or choose it from people who are not "
                    "enrolled (tfface gallery threshold, in Python Gallery.set_threshold)"
                )
            threshold = self.threshold.cosine
        return [matches[0] if matches and matches[0].cosine > threshold else None for matches in found]

    def index(self, kind: str | None = "HNSW32") -> None:
        """Searches through FAISS from now on, until the gallery changes or is reloaded; None for the exact search.

        Args:
            kind: as `faiss.index_factory` takes it: `"Flat"` is exact, `"HNSW32"` and `"IVF1024,Flat"` are faster.

        Raises:
            ImportError: FAISS is not installed; `pip install "tfface[faiss]"` installs it.
            ValueError: FAISS knows no such kind, or nobody is enrolled.
        """
        if kind is not None and not len(self):
            raise ValueError(f"{self.path}: nobody is enrolled, so there is nothing to index")
        self._index = kind and FaissIndex(self._parts, self._people, kind)

    def _show(self, content):
        self._version, parts = content
        self._parts = [part.embeddings for part in parts]
        self._faces = [face for part in parts for face in part.faces]
        names, self._people = np.unique([face.name for face in self._faces], return_inverse=True)
        self._names = names.tolist()
        self._index = None

    def _units(self, embeddings):
        embeddings = as_embeddings(embeddings, "embeddings")
        if embeddings.shape[1] != self.embedding_size:
            raise ValueError(
                f"embeddings: {self.path} has embeddings of size {self.embedding_size}, got {embeddings.shape[1]}"
            )
        return unit(embeddings).astype(np.float32)
