"""A gallery and the model that fills it: enrol photographs, and ask who is on one."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ...data import FaceSet, folder
from ...data.sources.identity_folder import SUFFIXES
from ...evaluation.vectors import unit
from ..embedder import Embedder, embedded
from .gallery import Gallery
from .threshold import Threshold, threshold_for


def embedder_of(gallery: Gallery, model: str | os.PathLike[str] | None = None) -> Embedder:
    """The model whose embeddings a gallery holds.

    Args:
        gallery: made by `open_or_create`.
        model: where the model is now; None for where it was when the gallery was made.

    Raises:
        ValueError: it is not there, or it is another model: embeddings of two models cannot be compared.

    Example:
        >>> gallery, _ = open_or_create("people.gallery", "model.keras")
        >>> embedder_of(gallery).embedding_size
        4
    """
    known = gallery.model
    if "sha256" not in known:
        raise ValueError(f"{gallery.path}: does not say which model made its embeddings; use Gallery.search")
    embedder = Embedder(model or known["path"], flip=known["flip"])
    if embedder.describe()["sha256"] != known["sha256"]:
        raise ValueError(
            f"{embedder.path}: another model than the one that made the embeddings of {gallery.path} "
            f"({known['path']}, sha256 {known['sha256'][:12]}…); embeddings of two models cannot be compared"
        )
    return embedder


def open_or_create(path: str | os.PathLike[str], model: str | os.PathLike[str] | None) -> tuple[Gallery, Embedder]:
    """A gallery, made if it is not there, and its model.

    Args:
        path: of the gallery.
        model: the `.keras` file whose embeddings it will hold; for one that is there, where its model is now.

    Raises:
        ValueError: it is not there and no model is given, or as `embedder_of` does.

    Example:
        >>> gallery, embedder = open_or_create("people.gallery", "model.keras")
        >>> len(gallery), embedder.input_shape
        (0, (8, 8, 3))
    """
    if Path(path).is_dir() and any(Path(path).iterdir()):
        gallery = Gallery(path)
        return gallery, embedder_of(gallery, model)
    if model is None:
        raise ValueError(f"{path}: no gallery here; to make one, give the model (--model model.keras)")
    embedder = Embedder(model)
    return Gallery.create(path, embedder.embedding_size, embedder.describe()), embedder


def photographs(paths: Sequence[str | os.PathLike[str]], name: str | None = None) -> FaceSet:
    """The faces to enrol: of a folder of identities, or of files and folders that all show one person.

    Args:
        paths: one folder with a folder for each person; with `name`, image files and folders of such.
        name: who they show; None to take the folders' names.

    Raises:
        ValueError: nothing to enrol, or files without a name.

    Example:
        >>> photographs(["faces"])
        FaceSet('faces', 2 images, 2 identities)
    """
    if name is None:
        if len(paths) != 1 or not Path(paths[0]).is_dir():
            raise ValueError("name: expected one for photographs that do not lie in a folder for each person")
        return folder(paths[0])
    files = []
    for path in map(Path, paths):
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        files += [file for file in inside if file == path or file.suffix.lower() in SUFFIXES]
    if not files:
        raise ValueError(f"{', '.join(map(str, paths))}: no photographs here")
    return FaceSet([str(file) for file in files], [0] * len(files), [name], lambda row: files[row].read_bytes(), name)


def enroll(
    gallery: Gallery,
    embedder: Embedder,
    faces: FaceSet,
    on_error: str = "stop",
    progress: Callable[[int], None] = lambda count: None,
) -> list[str]:
    """Adds all faces of a set to a gallery, in one change.

    Args:
        gallery: to add to.
        embedder: its model.
        faces: who is enrolled: identities by their names, images by their keys.
        on_error: `"stop"` enrols nobody if an image cannot be read, `"skip"` leaves such images out.
        progress: told how many images more are done.

    Returns:
        A line for each image left out.

    Raises:
        ValueError: an image cannot be read, or none can.

    Example:
        >>> gallery, embedder = open_or_create("people.gallery", "model.keras")
        >>> skipped = enroll(gallery, embedder, photographs(["faces"]))
        >>> gallery.names
        ['anna', 'bo']
    """
    vectors, faces, skipped = embedded(embedder, faces, on_error, progress)
    gallery.add([faces.identities[label] for label in faces.labels], vectors, faces.keys)
    return skipped


def cosine(first: np.ndarray, second: np.ndarray) -> float:
    """The cosine between two embeddings.

    Args:
        first: (D,).
        second: (D,).

    Example:
        >>> cosine(np.array([3.0, 4.0]), np.array([4.0, 3.0]))
        0.96
    """
    first, second = unit(np.stack([first, second]).astype(np.float64))
    return float(first @ second)


def calibrate(
    gallery: Gallery,
    embedder: Embedder,
    faces: FaceSet,
    false_match_rate: float = 1e-3,
    progress: Callable[[int], None] = lambda count: None,
) -> Threshold:
    """Chooses a gallery's threshold by people who are not in it, for a wanted rate of false matches, and keeps it.

    Args:
        gallery: whose threshold it will be.
        embedder: its model.
        faces: of other people.
        false_match_rate: among pairs of different people.
        progress: told how many images more are done.

    Raises:
        ValueError: somebody of them is enrolled, an image cannot be read, or as `threshold_for` does.

    Example:
        >>> gallery, embedder = open_or_create("people.gallery", "model.keras")
        >>> calibrate(gallery, embedder, faces, false_match_rate=0.05).false_matches
        35
    """
    known = sorted({*faces.identities} & {*gallery.names})
    if known:
        raise ValueError(f"faces: expected people who are not in {gallery.path}, got {', '.join(known[:5])}")
    vectors, faces, _ = embedded(embedder, faces, progress=progress)
    threshold = threshold_for(vectors, faces.labels, false_match_rate)
    gallery.set_threshold(threshold)
    return threshold
