"""Within-class whitening: in which directions do photographs of one person differ anyway?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .embed import embed
from .vectors import as_embeddings, unit


def whitened(
    model: Callable, images: np.ndarray, labels: np.ndarray, shrinkage: float = 0.3, batch_size: int = 256
) -> Callable[[np.ndarray], np.ndarray]:
    """What a model gives, with the directions weakened in which embeddings of one person differ.

    `ê ↦ (ê − μ) W^(−1/2)`, ê = e/‖e‖, W = (1 − s) S + s · tr(S)/D · I, S the covariance of the known people's ê around
    their persons' means and μ the mean of these. Judge with the cosine, as `verification` does.

    Args:
        model: whatever `embed` takes.
        images: of known people (N, H, W, C), as the model takes them; usually those it was trained on.
        labels: who they show (N,).
        shrinkage: s in (0, 1]; 1 only moves the mean to 0.
        batch_size: images embedded at a time.

    Returns:
        A function from images to whitened embeddings, (B, H, W, C) → (B, D): a `model` for `embed`. It has
        to be made anew when the model was trained on.

    Raises:
        ValueError: `labels` do not fit the images or nobody has two, the shrinkage is outside (0, 1], or the known
            people's embeddings have NaN.

    Example:
        >>> import numpy as np
        >>> import tfface
        >>> known, people = np.random.rand(12, 4, 4, 1), np.repeat([0, 1, 2], 4)
        >>> pixels = lambda images: images.reshape(len(images), -1)
        >>> embedder = tfface.evaluation.whitened(pixels, known, people)
        >>> tfface.evaluation.embed(embedder, np.random.rand(5, 4, 4, 1), flip=True).shape
        (5, 16)

    Reference:
        Hatch, Kajarekar, Stolcke: Within-Class Covariance Normalization for SVM-based Speaker Recognition, 2006.
    """
    if not 0 < shrinkage <= 1:
        raise ValueError(f"shrinkage: expected a number in (0, 1], got {shrinkage!r}")
    people, person, counts = np.unique(labels, return_inverse=True, return_counts=True)
    if person.shape != (len(images),) or counts.max() < 2:
        raise ValueError(
            f"labels: expected one for each of {len(images)} images, two alike among them, got shape {person.shape} "
            f"with {len(people)} people"
        )
    known = unit(as_embeddings(embed(model, images, batch_size), "images"))
    means = np.stack([known[person == index].mean(axis=0) for index in range(len(people))])
    center, matrix = means.mean(axis=0), _whitening(known - means[person], shrinkage)
    return lambda batch: (unit(embed(model, batch, batch_size).astype(np.float64)) - center) @ matrix


def _whitening(deviations, shrinkage):
    """W^(−1/2) of deviations (N, D) from their means."""
    size = deviations.shape[1]
    covariance = deviations.T @ deviations / len(deviations)
    spread = np.trace(covariance) / size
    if not spread > 0:
        return np.eye(size)  # all photographs of a person are one
    values, vectors = np.linalg.eigh((1 - shrinkage) * covariance + shrinkage * spread * np.eye(size))
    return vectors / np.sqrt(values) @ vectors.T
