"""What a model on the disk makes of a set of faces: the field's protocols, from files to figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .. import evaluation as judge
from ..data import FaceSet, Pairs, PairSet, decode, verification_pairs
from ..evaluation.hardest import face_sheet, hardest_pairs
from ..evaluation.vectors import pair_distances
from .embedder import Embedder, embedded
from .evaluated import USUAL, Evaluation, Wanted

_SAMPLED = 3000  # pairs of each kind for the k-fold protocol, as in LFW
_CLUSTERED = 2e7  # images × identities up to which k-means is a matter of seconds


def evaluate_pairs(
    embedder: Embedder,
    pairs: PairSet,
    wanted: Wanted = USUAL,
    on_error: str = "stop",
    progress: Callable[[int], None] = lambda count: None,
) -> Evaluation:
    """Verification of the pairs of a set, in its folds, and how its similarities become probabilities.

    Args:
        embedder: the model.
        pairs: from `tfface.data.pairs_file`, `lfw` or `verification_bin`.
        wanted: rates, groups and pictures.
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
    wanted.check(pairs)
    vectors, pairs, skipped = embedded(embedder, pairs, on_error, progress)
    results = _of_pairs(vectors, pairs, pairs.pairs, pairs.folds, wanted)
    scores = 1 - results["verification"].pairs.distances / 2
    results["calibration"] = judge.calibration(scores, pairs.pairs.same, pairs.folds)
    found = _marked(embedder, pairs, results, skipped, f"pairs {judge.digest(*pairs.pairs, pairs.folds)}")
    return _with_pictures(found, embedder, pairs, pairs.pairs, wanted.show_faces)


def evaluate_people(
    embedder: Embedder,
    faces: FaceSet,
    wanted: Wanted = USUAL,
    on_error: str = "stop",
    progress: Callable[[int], None] = lambda count: None,
    seed: int = 0,
) -> Evaluation:
    """All protocols on a set of people: all pairs, k-fold pairs drawn of it, identification, retrieval and clustering.

    Clustering is left out where it would take minutes.

    Args:
        embedder: the model.
        faces: a folder of people, or any other set.
        wanted: rates, groups and pictures.
        on_error: `"skip"` leaves out images that cannot be read.
        progress: told how many images more are done.
        seed: of the pairs that are drawn.

    Raises:
        ValueError: an image cannot be read, or the people left cannot be judged.

    Example:
        >>> sorted(evaluate_people(tfface.serving.Embedder("model.keras"), faces).results)
        ['all pairs', 'clustering', 'identification', 'retrieval', 'verification']
    """
    wanted.check(faces)
    vectors, faces, skipped = embedded(embedder, faces, on_error, progress)
    labels, pairs = faces.labels, _drawn(faces.labels, seed)
    results = {
        **_of_pairs(vectors, faces, pairs, min(10, len(pairs.same)), wanted),
        "all pairs": judge.all_pairs(vectors, labels, wanted.far, curve=True),
        "identification": judge.identification(vectors, labels),
        "retrieval": judge.retrieval(vectors, labels),
    }
    if len(labels) * len(faces.identities) <= _CLUSTERED:
        results["clustering"] = judge.clustering(vectors, labels)
    found = _marked(embedder, faces, results, skipped, f"people, seed {seed}")
    return _with_pictures(found, embedder, faces, pairs, wanted.show_faces)


def _of_pairs(vectors, faces, pairs, folds, wanted):
    """Verification, and by group where attributes are known."""
    sides = np.stack([pairs.first, pairs.second], axis=1)
    people = faces.labels[sides]
    known = np.array_equal(people[:, 0] == people[:, 1], pairs.same)  # a list may contradict itself
    distances = pair_distances(vectors, *sides.T)
    found = judge.verification_from_distances(
        distances, pairs.same, folds, wanted.far, people=people if known else None
    )
    attributes = wanted.attributes.of(faces) if wanted.attributes else {}
    by_group = {
        f"by {name}": judge.verification_by_group(found, groups[sides], max(wanted.far))
        for name, groups in attributes.items()
    }
    return {"verification": found, **by_group}


def _drawn(labels, seed):
    """Up to `_SAMPLED` pairs of each kind, in an order that makes any contiguous folds alike."""
    pairs = verification_pairs(labels, seed=seed)
    chosen = [np.flatnonzero(pairs.same == kind)[:_SAMPLED] for kind in (True, False)]
    fewest = min(map(len, chosen))
    mixed = np.stack([one[:fewest] for one in chosen], axis=1).ravel()
    return Pairs(*(part[mixed] for part in pairs))


def _marked(embedder, faces, results, skipped, protocol):
    """The results with their fingerprints."""
    model, data = embedder.describe(), faces.fingerprint()[:16]
    known = data, "as in the files", judge.flip_name(model["flip"])
    marked = {
        name: result.marked(judge.Fingerprint(*known, f"{name}, {protocol}", model["sha256"][:16]))
        for name, result in results.items()
    }
    return Evaluation(faces.source, str(embedder.path), marked, skipped)


def _with_pictures(found, embedder, faces, pairs, count):
    if not count:
        return found
    judged = found.results["verification"].pairs
    size = max(embedder.input_shape[:2])
    pictures = {}
    for kind, chosen in zip(("genuine", "impostor"), hardest_pairs(judged.distances, judged.same, count), strict=True):
        rows = np.concatenate([pairs.first[chosen], pairs.second[chosen]])
        images = np.stack([decode(faces.read(row), faces.where(row), (size, size), 3) for row in rows])
        places = np.arange(len(chosen))
        pictures[f"the hardest {kind} pairs"] = face_sheet(images, places, places + len(chosen))
    return replace(found, pictures=pictures)
