"""What a model on the disk makes of a set of faces: the field's protocols, from files to figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .. import evaluation as judge
from ..data import FaceSet, PairSet, verification_pairs
from ..evaluation.result import Result
from ..evaluation.vectors import pair_distances
from .embedder import Embedder

_SAMPLED = 3000  # pairs of each kind for the k-fold protocol, as in LFW
_CLUSTERED = 2e7  # images × identities up to which k-means is a matter of seconds
FAR = (1e-1, 1e-2, 1e-3)


@dataclass(frozen=True)
class Evaluation:
    """Results of a model on a set.

    Attributes:
        name: of the set.
        model: where the model is.
        results: by the name of the protocol.
        skipped: a line for each image that was left out.
    """

    name: str
    model: str
    results: dict[str, Result]
    skipped: list[str]

    def rows(self) -> list[tuple[str, str, float, float | None, float | None]]:
        """(protocol, figure, value, low and high end of its 95 % interval) for a table."""
        rows = []
        for protocol, result in self.results.items():
            intervals = {name.replace("tar_at_far/", "tar@far="): found for name, found in result.intervals().items()}
            for figure, value in result.figures().items():
                rows.append((protocol, figure, value, *intervals.get(figure, (None, None))))
        return rows

    def to_dict(self) -> dict:
        """Everything as plain numbers, ready for JSON."""
        results = {name: result.to_dict() for name, result in self.results.items()}
        return {"set": self.name, "model": self.model, "results": results, "skipped": len(self.skipped)}


def embedded(
    embedder: Embedder, faces: FaceSet, on_error: str = "stop", progress: Callable[[int], None] = lambda count: None
) -> tuple[np.ndarray, FaceSet, list[str]]:
    """Embeddings of a set, the set of the images that could be read, and a line for each other one.

    Args:
        embedder: the model.
        faces: the set.
        on_error: `"stop"` or `"skip"`, as in `Embedder.faces`.
        progress: told how many images more are done.

    Raises:
        ValueError: an image cannot be read, or none can.

    Example:
        >>> vectors, kept, skipped = embedded(tfface.serving.Embedder("model.keras"), faces)
        >>> vectors.shape, len(kept)
        ((40, 4), 40)
    """
    parts, rows, skipped = [], [], list(faces.skipped)
    for part in embedder.faces(faces, on_error):
        parts += [part.vectors] if part.rows else []
        rows += part.rows
        skipped += part.skipped
        progress(len(part.rows) + len(part.skipped))
    if not rows:
        raise ValueError(f"{faces.source}: none of {len(faces)} images can be read; first: {skipped[0]}")
    return np.concatenate(parts), faces if len(rows) == len(faces) else faces.subset(rows), skipped


def evaluate_pairs(
    embedder: Embedder,
    pairs: PairSet,
    far: Sequence[float] = FAR,
    on_error: str = "stop",
    progress: Callable[[int], None] = lambda count: None,
) -> Evaluation:
    """Verification of the pairs of a set, in its folds, and how its similarities become probabilities.

    Args:
        embedder: the model.
        pairs: from `tfface.data.pairs_file`, `lfw` or `verification_bin`.
        far: false accept rates at which to give the TAR.
        on_error: `"skip"` leaves out images that cannot be read, with their pairs.
        progress: told how many images more are done.

    Raises:
        ValueError: an image cannot be read, or the pairs left cannot be judged.

    Example:
        >>> from tfface.data import PairSet, contiguous_folds, verification_pairs
        >>> pairs = verification_pairs(faces.labels)
        >>> parts = faces.keys, faces.labels, faces.identities, faces.read
        >>> faces = PairSet(*parts, pairs=pairs, folds=contiguous_folds(160, 10))
        >>> sorted(evaluate_pairs(tfface.serving.Embedder("model.keras"), faces).results)
        ['calibration', 'verification']
    """
    vectors, pairs, skipped = embedded(embedder, pairs, on_error, progress)
    first, second, same = pairs.pairs
    distances = pair_distances(vectors, first, second)
    people = pairs.labels[np.stack([first, second], axis=1)]
    known = np.array_equal(people[:, 0] == people[:, 1], same)  # a list may contradict itself
    found = judge.verification_from_distances(distances, same, pairs.folds, far, people=people if known else None)
    results = {"verification": found, "calibration": judge.calibration(1 - distances / 2, same, pairs.folds)}
    compared = judge.digest(first, second, same, pairs.folds)
    return _evaluation(embedder, pairs, results, skipped, f"pairs {compared}")


def evaluate_people(
    embedder: Embedder,
    faces: FaceSet,
    far: Sequence[float] = FAR,
    on_error: str = "stop",
    progress: Callable[[int], None] = lambda count: None,
    seed: int = 0,
) -> Evaluation:
    """All protocols on a set of people: all pairs, k-fold pairs drawn of it, identification, retrieval and clustering.

    Clustering is left out where it would take minutes.

    Args:
        embedder: the model.
        faces: a folder of people, or any other set.
        far: false accept rates at which to give the TAR.
        on_error: `"skip"` leaves out images that cannot be read.
        progress: told how many images more are done.
        seed: of the pairs that are drawn.

    Raises:
        ValueError: an image cannot be read, or the people left cannot be judged.

    Example:
        >>> sorted(evaluate_people(tfface.serving.Embedder("model.keras"), faces).results)
        ['all pairs', 'clustering', 'identification', 'retrieval', 'verification']
    """
    vectors, faces, skipped = embedded(embedder, faces, on_error, progress)
    labels = faces.labels
    first, second, same = _sampled(labels, seed)
    distances = pair_distances(vectors, first, second)
    people = labels[np.stack([first, second], axis=1)]
    results = {
        "verification": judge.verification_from_distances(distances, same, min(10, len(same)), far, people=people),
        "all pairs": judge.all_pairs(vectors, labels, far, curve=True),
        "identification": judge.identification(vectors, labels),
        "retrieval": judge.retrieval(vectors, labels),
    }
    if len(labels) * len(faces.identities) <= _CLUSTERED:
        results["clustering"] = judge.clustering(vectors, labels)
    return _evaluation(embedder, faces, results, skipped, f"people, seed {seed}")


def _sampled(labels, seed):
    """Up to `_SAMPLED` pairs of each kind, in an order that makes any contiguous folds alike."""
    pairs = verification_pairs(labels, seed=seed)
    chosen = [np.flatnonzero(pairs.same == kind)[:_SAMPLED] for kind in (True, False)]
    fewest = min(map(len, chosen))
    mixed = np.stack([one[:fewest] for one in chosen], axis=1).ravel()
    return tuple(part[mixed] for part in pairs)


def _evaluation(embedder, faces, results, skipped, protocol, alignment="as in the files"):
    model = embedder.describe()
    flip = judge.flip_name(model["flip"])
    marked = {
        name: result.marked(
            judge.Fingerprint(faces.fingerprint()[:16], alignment, flip, f"{name}, {protocol}", model["sha256"][:16])
        )
        for name, result in results.items()
    }
    return Evaluation(faces.source, str(embedder.path), marked, skipped)
