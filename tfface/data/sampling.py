"""The order of images in an epoch: a plan of indices (steps, batch), in NumPy."""

from __future__ import annotations

import numpy as np


class ShuffledBatches:
    """Every image in random order; the last batch is filled up from the start of that order.

    So no image comes twice in a batch, and all batches have one size.

    Args:
        count: N, the number of images.
        batch_size: images in a batch.

    Raises:
        ValueError: unless 1 ≤ batch_size ≤ N.
    """

    def __init__(self, count: int, batch_size: int):
        if not 1 <= batch_size <= count:
            raise ValueError(f"batch_size: expected 1..{count} (the number of images), got {batch_size!r}")
        self._count = count
        self.batch_size = batch_size
        self.steps = -(-count // batch_size)

    def plan(self, rng: np.random.Generator) -> np.ndarray:
        """Indices (steps, batch_size) of one epoch."""
        return np.resize(rng.permutation(self._count), (self.steps, self.batch_size))


class IdentityBatches:
    """Batches of P identities × K images of each.

    Identities are drawn without replacement until fewer than P are left, then anew. Each identity's
    images are dealt in a random order of its own, K at a time, and begun again when they are through:
    so a batch has an image twice only if its identity has fewer than K.

    Args:
        labels: integers (N,).
        identities: P, identities in a batch.
        images: K, images of each.

    Raises:
        ValueError: for a P or K below 1, or fewer than P identities.
    """

    def __init__(self, labels: np.ndarray, identities: int, images: int):
        _, self._starts, self._counts = np.unique(np.sort(labels), return_index=True, return_counts=True)
        if not 1 <= identities <= len(self._starts):
            raise ValueError(
                f"identities_per_batch: expected 1..{len(self._starts)} (the identities), got {identities!r}"
            )
        if images < 1:
            raise ValueError(f"images_per_identity: expected at least 1, got {images!r}")
        self._labels = labels
        self._p, self._k = identities, images
        self.batch_size = identities * images
        self.steps = max(1, len(labels) // self.batch_size)

    def plan(self, rng: np.random.Generator) -> np.ndarray:
        """Indices (steps, P × K) of one epoch, the K images of an identity side by side.

        An epoch has about as many images as the set; a broken last batch is left out.
        """
        groups = len(self._starts) // self._p
        rounds = -(-self.steps // groups)
        drawn = np.stack([rng.permutation(len(self._starts))[: groups * self._p] for _ in range(rounds)])
        # Nobody comes twice in a round, so in round r an identity goes on behind its first r × K images.
        turn = np.arange(rounds)[:, None, None] * self._k + np.arange(self._k)
        of_identity = np.lexsort((rng.random(len(self._labels)), self._labels))
        rows = of_identity[self._starts[drawn][..., None] + turn % self._counts[drawn][..., None]]
        return rows.reshape(-1, self.batch_size)[: self.steps]
