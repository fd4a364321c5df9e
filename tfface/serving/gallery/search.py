"""The nearest people of a gallery, exactly: block by block of its faces, so that memory does not grow with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_FACES = 2**16  # faces compared at a time
_PROBES = 256
_NOBODY = -2.0  # below every cosine


class Nearest(NamedTuple):
    """The nearest people of each probe, best first. Where there are fewer than k, the row is −1 and the cosine −2.

    Attributes:
        rows: the nearest face of each of these people (Q, k), counted over all faces of the gallery.
        cosines: between that face and the probe (Q, k).
    """

    rows: np.ndarray
    cosines: np.ndarray


def nobody(probes: int, k: int) -> Nearest:
    """What is known before the first face was compared."""
    return Nearest(np.full((probes, k), -1), np.full((probes, k), _NOBODY, np.float32))


def nearest_people(probes: np.ndarray, parts: Sequence[np.ndarray], people: np.ndarray, k: int) -> Nearest:
    """For each probe the k people whose nearest face is nearest; of equal faces the first one counts.

    Args:
        probes: (Q, D) at length 1.
        parts: the gallery's embeddings at length 1, (n, D) each, in each the faces of a person side by side.
        people: who the faces of all parts are of, integers (N,).
        k: how many people.
    """
    found = [_nearest(probes[start : start + _PROBES], parts, people, k) for start in range(0, len(probes), _PROBES)]
    return Nearest(*map(np.concatenate, zip(*found, strict=True)))


def _nearest(probes, parts, people, k):
    best, row = nobody(len(probes), k), 0
    for part in parts:
        for start in range(0, len(part), _FACES):
            block = part[start : start + _FACES]
            cosines = probes @ block.T
            probe, face = _candidates(cosines, best, people[row : row + len(block)])
            best = better(best, probe, face + row, cosines[probe, face], people)
            row += len(block)
    return best


def _candidates(cosines, best, people):
    """The faces of a block, as (probe, face), that can be among the best."""
    k = best.rows.shape[1]
    if (best.rows[:, -1] >= 0).all():
        return np.nonzero(cosines > best.cosines[:, -1:])
    # No k people are known yet, so that every face would do; those below the block's own k-th person do not.
    first_of_person = np.flatnonzero(np.append(True, people[1:] != people[:-1]))
    of_person = np.maximum.reduceat(cosines, first_of_person, axis=1)
    if of_person.shape[1] <= k:
        return np.nonzero(np.ones_like(cosines, bool))
    return np.nonzero(cosines >= np.partition(of_person, -k, axis=1)[:, -k, None])


def better(best: Nearest, probe: np.ndarray, rows: np.ndarray, cosines: np.ndarray, people: np.ndarray) -> Nearest:
    """The best people of those known and of further faces `rows` (M,), each compared with one `probe` (M,)."""
    known = best.rows >= 0
    probe = np.concatenate([np.nonzero(known)[0], probe])
    rows = np.concatenate([best.rows[known], rows])
    cosines = np.concatenate([best.cosines[known], cosines])
    order = np.lexsort((rows, -cosines, probe))
    pairs = probe[order] * (people.max() + 1) + people[rows[order]]
    order = order[np.sort(np.unique(pairs, return_index=True)[1])]  # the nearest face of each person
    place = np.arange(len(order)) - np.searchsorted(probe[order], probe[order])
    order, place = order[place < best.rows.shape[1]], place[place < best.rows.shape[1]]
    found = nobody(*best.rows.shape)
    found.rows[probe[order], place] = rows[order]
    found.cosines[probe[order], place] = cosines[order]
    return found
