"""Pairs as InsightFace's verification sets are."""

from __future__ import annotations

import os
from pathlib import Path

from ..formats.verification_pickle import write_verification
from ..pair_set import PairSet
from .whole import appearing


def write_bin(pairs: PairSet, path: str | os.PathLike[str]) -> Path:
    """Writes a `.bin` file that InsightFace and its descendants read: two images for each pair, as they are encoded.

    Args:
        pairs: a verification set.
        path: the file; replaced when all is written.

    Returns:
        The path.

    Raises:
        ImageError: for an image that cannot be read; such pairs cannot be left out, since the order makes the folds.

    Example:
        >>> faces = tfface.data.arrays(np.zeros((4, 8, 8), np.uint8), [0, 0, 1, 1])
        >>> pairs = tfface.data.PairSet(
        ...     faces.keys, faces.labels, faces.identities, faces.read,
        ...     pairs=tfface.data.verification_pairs(faces.labels), folds=[0, 0, 1, 1],
        ... )
        >>> tfface.data.verification_bin(write_bin(pairs, "people.bin"), folds=2)
        PairSet('people.bin', 8 images, 4 pairs, 2 of one person, 2 folds)
    """
    path = Path(path)
    sides = zip(pairs.pairs.first.tolist(), pairs.pairs.second.tolist(), strict=True)
    with appearing(path) as (part,):
        write_verification(part, (pairs.read(row) for pair in sides for row in pair), pairs.pairs.same)
    return path
