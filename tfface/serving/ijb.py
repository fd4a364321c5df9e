"""IJB-B and IJB-C with a model on the disk: faces aligned by their landmarks, pooled to templates, compared."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .. import evaluation as judge
from ..data import ImageError, align, decode
from ..evaluation.ijb import IjbMetadata
from .embedder import Embedder
from .evaluated import Evaluation, Wanted

_AT_ONCE = 256
WANTED = Wanted(far=(1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6))
_SEARCH_FAR = (1e-1, 1e-2)


def evaluate_ijb(
    embedder: Embedder,
    meta: IjbMetadata,
    wanted: Wanted = WANTED,
    norm_weighting: bool = True,
    detector_weighting: bool = True,
    on_error: str = "stop",
    progress: Callable[[int], None] = lambda count: None,
) -> Evaluation:
    """IJB's 1:1 protocol, and its 1:N protocol where the lists are there.

    Args:
        embedder: the model.
        meta: from `tfface.evaluation.read_ijb`.
        wanted: the false accept rates of 1:1.
        norm_weighting: whether an image counts by the length of its embedding.
        detector_weighting: whether it counts by the detector's score.
        on_error: `"skip"` lets an image that cannot be read count nothing.
        progress: told how many images more are done.

    Raises:
        ValueError: the model takes no squares, an image cannot be read, or a template has none that counts.

    Example:
        >>> found = evaluate_ijb(Embedder("model.keras"), tfface.evaluation.read_ijb("ijbc"))  # doctest: +SKIP
    """
    if embedder.input_shape[0] != embedder.input_shape[1]:
        raise ValueError(f"{embedder.path}: expected a model of square images, it takes {embedder.input_shape}")
    vectors, readable, skipped = _embedded(embedder, meta, on_error, progress)
    weights = meta.detector_scores[readable] if detector_weighting else None
    columns = vectors, meta.templates[readable], meta.media[readable], weights, norm_weighting
    templates = judge.pool_templates(*columns)
    results = {"1:1": judge.template_verification(templates, meta.first, meta.second, meta.same, wanted.far)}
    if meta.probes is not None and meta.galleries:
        probes, people = _some(templates, *meta.probes)
        galleries = [_some(templates, *one) for one in meta.galleries]
        results["1:N"] = judge.template_search(probes, people, galleries, _SEARCH_FAR)
    model = embedder.describe()
    weighting = f"norm weighting {norm_weighting}, detector weighting {detector_weighting}"
    size = "×".join(map(str, embedder.input_shape[:2]))
    fingerprint = judge.Fingerprint(
        judge.digest(meta.files, meta.templates, meta.media),
        f"five points, {size}",
        judge.flip_name(model["flip"]),
        f"{meta.name}, {weighting}, pairs {judge.digest(meta.first, meta.second, meta.same)}",
        model["sha256"][:16],
    )
    marked = {name: result.marked(fingerprint) for name, result in results.items()}
    return Evaluation(meta.name, str(embedder.path), marked, skipped)


def _some(templates, ids, people):
    rows = templates.rows(ids)
    return judge.Templates(ids, templates.embeddings[rows]), people


def _embedded(embedder, meta, on_error, progress):
    """Embeddings of the aligned faces that can be read (n, D), which of all they are (N,), a line for each other."""
    parts, readable, skipped = [], np.ones(len(meta.files), bool), []
    for start in range(0, len(meta.files), _AT_ONCE):
        images = []
        rows = range(start, min(start + _AT_ONCE, len(meta.files)))
        for row in rows:
            try:
                images.append(_aligned(embedder.input_shape, meta, row))
            except (ImageError, ValueError) as error:
                if on_error == "stop":
                    raise
                readable[row] = False
                skipped.append(str(error))
        if images:
            parts.append(embedder(np.stack(images)))
        progress(len(rows))
    if not parts:
        raise ValueError(f"{meta.images}: none of {len(meta.files)} images can be read; first: {skipped[0]}")
    return np.concatenate(parts), readable, skipped


def _aligned(shape, meta, row):
    path = meta.images / meta.files[row]
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ImageError(f"{path}: {error.strerror}") from error
    try:
        face = align(decode(data, str(path)), meta.landmarks[row], shape[0])
    except ValueError as error:
        raise ImageError(f"{path}: {error}" if str(path) not in str(error) else str(error)) from error
    return face if shape[2] == 3 else np.round(face @ [0.299, 0.587, 0.114]).astype(np.uint8)[..., None]
