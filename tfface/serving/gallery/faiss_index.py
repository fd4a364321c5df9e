"""The nearest people of a gallery through a FAISS index, which may trade exactness for speed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..._extras import require
from .search import Nearest, better, nobody


class FaissIndex:
    """An index of a gallery's faces, in memory.

    Args:
        parts: the gallery's embeddings at length 1, (n, D) each.
        people: who these faces are of, integers (N,).
        kind: as `faiss.index_factory` takes it: `"Flat"` (exact), `"HNSW32"`, `"IVF1024,Flat"`.

    Raises:
        ImportError: if FAISS is not installed; `pip install "tfface[faiss]"` installs it.
        ValueError: FAISS knows no such kind, or it needs more faces.
    """

    def __init__(self, parts: Sequence[np.ndarray], people: np.ndarray, kind: str):
        faiss = require("faiss", "faiss")
        self._people = people
        faces = np.concatenate(parts)
        try:
            self._index = faiss.index_factory(faces.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
            self._index.train(faces)
        except RuntimeError as error:
            raise ValueError(f"index: FAISS refuses {kind!r}: {str(error).splitlines()[0]}") from error
        self._index.add(faces)
        self._most = int(np.bincount(people).max())  # faces of one person

    def nearest(self, probes: np.ndarray, k: int) -> Nearest:
        """As `search.nearest_people`, as far as the index finds them."""
        # should the first faces all be of one person, those of k people are still among these
        wanted = min((k - 1) * self._most + 1, len(self._people))
        cosines, rows = self._index.search(np.ascontiguousarray(probes), wanted)
        probe, place = np.nonzero(rows >= 0)
        return better(nobody(len(probes), k), probe, rows[probe, place], cosines[probe, place], self._people)
