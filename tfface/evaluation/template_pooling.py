"""From the images of a person to one template, as IJB's protocols pool them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .vectors import as_embeddings, as_labels, unit


class Templates(NamedTuple):
    """One embedding for each template.

    Attributes:
        ids: of the templates (T,), rising.
        embeddings: at length 1 (T, D).
    """

    ids: np.ndarray
    embeddings: np.ndarray

    def rows(self, ids: Sequence[int] | np.ndarray) -> np.ndarray:
        """Where templates stand.

        Raises:
            ValueError: one is none of these.
        """
        ids = np.asarray(ids)
        found = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        unknown = self.ids[found] != ids
        if unknown.any():
            raise ValueError(f"templates: no images of {unknown.sum()} of {len(ids)}, first {ids[np.argmax(unknown)]}")
        return found


def pool_templates(
    embeddings: np.ndarray,
    templates: Sequence[int] | np.ndarray,
    media: Sequence[int] | np.ndarray | None = None,
    weights: Sequence[float] | np.ndarray | None = None,
    norm_weighting: bool = True,
) -> Templates:
    """Pool the embeddings of images to one of each template: `t = norm(Σ_media mean_{i ∈ medium} w_i e_i)`.

    Frames of one video are much alike: they are averaged first, so that a video counts as much as a photograph.

    Args:
        embeddings: of the images (N, D), not normalised if `norm_weighting` is to say anything.
        templates: the template of each image (N,).
        media: the medium each image was taken from (N,); None for one medium an image. Only images of one template are
            pooled.
        weights: what each image counts (N,), say the score of the face detector; None for the same.
        norm_weighting: whether an embedding counts by its length, as a model's surest embeddings are the longest;
            otherwise each is brought to length 1 first.

    Raises:
        ValueError: sizes differ, or embeddings or weights are not finite, or a weight is negative.

    Example:
        >>> pooled = pool_templates([[2.0, 0.0], [0.0, 1.0], [0.0, 3.0]], [7, 7, 7], media=[1, 2, 2])
        >>> pooled.embeddings.round(2).tolist()
        [[0.71, 0.71]]

    Reference:
        Whitelam et al.: IARPA Janus Benchmark-B Face Dataset, 2017. Pooling by media: Crosswhite et al.: Template
        Adaptation for Face Verification and Identification, 2016, arXiv 1603.03958.
    """
    embeddings = as_embeddings(embeddings, "embeddings")
    templates = as_labels(templates, len(embeddings), "templates")
    media = np.arange(len(embeddings)) if media is None else as_labels(media, len(embeddings), "media")
    if not norm_weighting:
        embeddings = unit(embeddings)
    if weights is not None:
        weights = np.asarray(as_labels(weights, len(embeddings), "weights"), np.float64)
        if not (np.isfinite(weights) & (weights >= 0)).all():
            raise ValueError("weights: expected finite numbers of at least 0")
        embeddings = embeddings * weights[:, None]
    order = np.lexsort((media, templates))
    ranked = np.stack([templates[order], np.unique(media, return_inverse=True)[1][order]])
    new_medium = np.append(True, (ranked[:, 1:] != ranked[:, :-1]).any(axis=0))
    starts = np.flatnonzero(new_medium)
    sizes = np.diff(np.append(starts, len(order)))
    means = np.add.reduceat(embeddings[order], starts, axis=0) / sizes[:, None]
    ids, first = np.unique(templates[order][starts], return_index=True)
    return Templates(ids, unit(np.add.reduceat(means, first, axis=0)))
