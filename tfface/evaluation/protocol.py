"""Images and what is asked about their embeddings: what training and the command line run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from .embed import flip_name
from .fingerprint import Fingerprint, digest
from .folds import check_pairs
from .result import Result
from .vectors import pair_distances
from .verification import verification_from_distances


class Protocol:
    """Images, and a function from their embeddings to a result.

    Args:
        images: (N, H, W, C) as the model takes them, or with `standardize` what that takes.
        judge: embeddings (N, D) in the order of the images → a result.
        standardize: as in `embed`: `tfface.data.standardize`, where the images are pixels.

    Raises:
        ValueError: if `images` is not of rank 4 or empty.

    Example:
        >>> protocol = Protocol(images, lambda embeddings: tfface.evaluation.retrieval(embeddings, labels))
        >>> protocol.judge(embeddings).queries
        40
    """

    def __init__(self, images: np.ndarray, judge: Callable[[np.ndarray], Result], standardize: Callable | None = None):
        if np.ndim(images) != 4 or not len(images):
            raise ValueError(f"images: expected shape (N, H, W, C) with N above 0, got {np.shape(images)}")
        self.images, self.judge, self.standardize = images, judge, standardize

    def marked(self, result: Result, model: Callable, flip: bool | str, shift: int = 0) -> Result:
        """A result with the fingerprint of what it was measured on.

        Args:
            result: of `judge`.
            model: what embedded the images; its weights count, if it has any.
            flip: as in `embed`.
            shift: as in `embed`.
        """
        weights = getattr(getattr(model, "backbone", model), "get_weights", list)()
        views = flip_name(flip) + (f", moved by {shift}" if shift else "")
        protocol = type(result).__name__ + self._settings
        return result.marked(Fingerprint(self._data, "", views, protocol, digest(*weights) if weights else ""))

    @cached_property
    def _data(self):
        """Of up to 256 of the images."""
        rows = np.unique(np.linspace(0, len(self.images) - 1, min(256, len(self.images))).astype(int))
        return digest(np.shape(self.images), self.images[rows])

    _settings = ""


class PairsProtocol(Protocol):
    """Verification of pairs of images, each of which is embedded once.

    Args:
        images: as of a Protocol.
        pairs: `first`, `second` and `same` (P,) each, as `tfface.data.verification_pairs` gives them.
        folds: number of contiguous folds, or the fold of each pair (P,).
        far: false accept rates at which to give the TAR.
        labels: who is on each image (N,), for intervals by identity; None where only the pairs say it.
        standardize: as of a Protocol.

    Raises:
        ValueError: if the pairs do not fit the images or cannot make folds.

    Example:
        >>> pairs = tfface.data.verification_pairs(labels)
        >>> PairsProtocol(images, pairs, folds=5).judge(embeddings).genuine
        80
    """

    def __init__(
        self,
        images: np.ndarray,
        pairs: tuple[np.ndarray, np.ndarray, np.ndarray],
        folds: int | np.ndarray = 10,
        far: Sequence[float] = (1e-2,),
        labels: np.ndarray | None = None,
        standardize: Callable | None = None,
    ):
        super().__init__(images, self._verify, standardize)
        first, second, same = (np.asarray(part) for part in pairs)
        for side in (first, second):
            if len(side) != len(same) or side.min() < 0 or side.max() >= len(images):
                raise ValueError(
                    f"pairs: expected indices of {len(images)} images for each of {len(same)} pairs, "
                    f"got {len(side)} indices in {side.min()}..{side.max()}"
                )
        self.pairs = first, second, check_pairs(same, len(first), folds)
        self.people = None if labels is None else np.asarray(labels)[np.stack([first, second], axis=1)]
        self.folds, self.far = folds, tuple(far)

    @cached_property
    def _settings(self):
        return f", pairs {digest(*self.pairs, self.folds)}"

    def _verify(self, embeddings):
        first, second, same = self.pairs
        distances = pair_distances(embeddings, first, second)
        return verification_from_distances(distances, same, self.folds, self.far, people=self.people)
