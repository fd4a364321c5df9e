"""A set that comes with its pairs: what a verification protocol asks about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .faceset import FaceSet
from .pairs import Pairs


class PairSet(FaceSet):
    """A FaceSet and the pairs of its images that a protocol compares, in its order and its folds.

    Embed the images (`load`), then compare `embeddings[pairs.first]` with `embeddings[pairs.second]`. A subset, and
    so what `load` leaves when it skips images, has the pairs of which it has both images.

    Args:
        keys, labels, identities, reader, source, skipped: as of a FaceSet.
        pairs: the pairs, by index of their images.
        folds: int (P,), rising: the fold of each pair.

    Raises:
        ValueError: if shapes do not fit.

    Example:
        >>> faces = tfface.data.arrays(np.zeros((4, 8, 8), np.uint8), [0, 0, 1, 1])
        >>> pairs = PairSet(
        ...     faces.keys, faces.labels, faces.identities, faces.read,
        ...     pairs=tfface.data.verification_pairs(faces.labels), folds=np.repeat([0, 1], 2),
        ... )
        >>> pairs
        PairSet('faces', 4 images, 4 pairs, 2 of one person, 2 folds)
    """

    def __init__(
        self,
        keys: Sequence[str],
        labels: Sequence[int] | np.ndarray,
        identities: Sequence[str],
        reader: Callable[[int], bytes],
        source: str = "faces",
        skipped: Sequence[str] = (),
        *,
        pairs: Pairs,
        folds: Sequence[int] | np.ndarray,
    ):
        super().__init__(keys, labels, identities, reader, source, skipped)
        self.pairs = Pairs(*(np.asarray(part) for part in pairs))
        self.folds = np.asarray(folds, np.int32)
        shapes = {part.shape for part in (*self.pairs, self.folds)}
        if shapes != {(len(self.folds),)}:
            raise ValueError(f"pairs, folds: expected one shape (P,), got {sorted(shapes)}")

    def __repr__(self) -> str:
        same, folds = np.count_nonzero(self.pairs.same), len(np.unique(self.folds))
        size = f"{len(self)} images, {len(self.folds)} pairs, {same} of one person, {folds} folds"
        return f"PairSet({self.source!r}, {size})"

    def subset(self, indices: Sequence[int] | np.ndarray) -> PairSet:
        """The images at `indices` (or under a boolean mask), and the pairs between them."""
        rows = np.arange(len(self))[np.asarray(indices)]
        faces = super().subset(rows)
        place = np.full(len(self), -1)
        place[rows] = np.arange(len(rows))
        first, second = place[self.pairs.first], place[self.pairs.second]
        both = (first >= 0) & (second >= 0)
        return PairSet(
            faces.keys,
            faces.labels,
            faces.identities,
            faces.read,
            faces.source,
            pairs=Pairs(first[both], second[both], self.pairs.same[both]),
            folds=self.folds[both],
        )


def contiguous_folds(pairs: int, folds: int) -> np.ndarray:
    """The fold of each pair, if they are cut into equal parts in their order: int32 (pairs,).

    Args:
        pairs: how many pairs.
        folds: how many parts.

    Raises:
        ValueError: for fewer than two folds, or fewer pairs than folds.

    Example:
        >>> contiguous_folds(5, folds=2).tolist()
        [0, 0, 0, 1, 1]
    """
    if not 2 <= folds <= pairs:
        raise ValueError(f"folds: expected 2..{pairs} (the pairs), got {folds!r}")
    return np.repeat(np.arange(folds, dtype=np.int32), [len(part) for part in np.array_split(np.arange(pairs), folds)])
