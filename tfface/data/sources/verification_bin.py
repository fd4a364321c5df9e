"""InsightFace's verification sets: `lfw.bin`, `cfp_fp.bin`, `agedb_30.bin`, …"""

from __future__ import annotations

import os

import numpy as np

from ..faults import Damaged, reason, source_name
from ..formats.random_access import RandomAccess
from ..formats.verification_pickle import read_verification
from ..keys import NumberedKeys
from ..pair_set import PairSet, contiguous_folds
from ..pairs import Pairs


def verification_bin(path: str | os.PathLike[str], folds: int = 10) -> PairSet:
    """The pairs of an InsightFace verification set, a pickle that is read without running it.

    Pair i is of the images 2i and 2i + 1. The file does not say who is who: images of a pair of one person share a
    label, and that is all that labels mean here.

    Args:
        path: the `.bin` file.
        folds: in how many contiguous folds the pairs are judged.

    Raises:
        ValueError: if it cannot be read, is torn, or is a pickle of anything else (nothing of which is run).

    Example:
        >>> pairs = tfface.data.verification_bin("lfw.bin")  # doctest: +SKIP
    """
    name = source_name(path)
    try:
        offsets, lengths, same = read_verification(path)
        file = RandomAccess(path)
    except (OSError, Damaged) as error:
        raise ValueError(f"{name}: {reason(error)}") from error
    begins = np.ones(len(offsets), bool)
    begins[1::2] = ~same
    labels = np.cumsum(begins) - 1
    first = np.arange(0, len(offsets), 2)
    return PairSet(
        NumberedKeys(np.arange(len(offsets))),
        labels,
        [str(label) for label in range(labels[-1] + 1)],
        lambda index: file.read(int(offsets[index]), int(lengths[index])),
        name,
        pairs=Pairs(first, first + 1, same),
        folds=contiguous_folds(len(same), folds),
    )
