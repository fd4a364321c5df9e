"""Which images to compare: pairs for verification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Pairs(NamedTuple):
    """Pairs of images by index; all three arrays have shape (P,).

    Attributes:
        first: index of one image.
        second: index of the other.
        same: True where both show one identity.
    """

    first: np.ndarray
    second: np.ndarray
    same: np.ndarray


def verification_pairs(labels: Sequence[int] | np.ndarray, impostors: int | None = None, seed: int = 0) -> Pairs:
    """All genuine pairs of `labels`, and distinct impostor pairs drawn under a seed.

    Genuine and impostor pairs alternate in proportion and each come in random order, so contiguous folds of any
    number hold the same share of both, of all people.

    Args:
        labels: integer identities (N,).
        impostors: how many impostor pairs; None for as many as there are genuine ones.
        seed: of the draw and the order; no pair is drawn twice.

    Raises:
        ValueError: if no genuine pair exists, or fewer impostor pairs than wanted.

    Example:
        >>> verification_pairs([0, 0, 1, 1]).same.tolist()
        [True, False, True, False]
    """
    labels = np.asarray(labels)
    if labels.ndim != 1:
        raise ValueError(f"labels: expected shape (N,), got {labels.shape}")
    order = np.argsort(labels, kind="stable")
    index = np.arange(len(labels))
    # In this order an identity is a block: genuine partners of an image lie between it and the block's
    # end, impostor partners behind that. So every pair has a rank, and none need be listed to draw some.
    block_end = np.searchsorted(labels[order], labels[order], side="right")
    genuine_of, impostors_of = block_end - index - 1, len(labels) - block_end
    n_genuine, n_impostors = int(genuine_of.sum()), int(impostors_of.sum())
    if not n_genuine:
        raise ValueError(f"labels: no identity has two images, of {len(labels)} images")
    wanted = min(n_genuine, n_impostors) if impostors is None else impostors
    if not 0 < wanted <= n_impostors:
        raise ValueError(f"impostors: {n_impostors} impostor pairs exist, {wanted!r} wanted")
    random = np.random.default_rng(seed)
    drawn = random.choice(n_impostors, wanted, replace=False)
    genuine = _pairs_at(random.permutation(n_genuine), genuine_of, index + 1)
    impostor = _pairs_at(drawn, impostors_of, block_end)
    pairs = np.sort(order[np.concatenate([genuine, impostor], axis=1)], axis=0)
    same = np.arange(pairs.shape[1]) < n_genuine
    place = np.concatenate([(np.arange(n) + 0.5) / n for n in (n_genuine, wanted)])
    mixed = np.argsort(place, kind="stable")
    return Pairs(pairs[0, mixed], pairs[1, mixed], same[mixed])


def _pairs_at(ranks: np.ndarray, partners_of: np.ndarray, first_partner: np.ndarray) -> np.ndarray:
    """Pairs (2, len(ranks)) at these ranks, where image i has `partners_of[i]` partners in a row."""
    ends = np.cumsum(partners_of)
    first = np.searchsorted(ends, ranks, side="right")
    return np.stack([first, first_partner[first] + ranks - (ends - partners_of)[first]])
