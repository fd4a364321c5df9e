"""Embeddings of a set in a folder: shards of open formats, gone on with where a kill has ended it."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..data import FaceSet
from .embedder import Embedder

_ABOUT, _SIZE = "about.json", 16_384
VERSION = 1


def embed_to(
    folder: str | os.PathLike[str],
    embedder: Embedder,
    faces: FaceSet,
    on_error: str = "stop",
    shard: int = _SIZE,
    progress: Callable[[int], None] = lambda count: None,
) -> dict:
    """Embed a set into a folder, shard by shard; called again, it goes on with the shards that are missing.

    `00000.npy` holds float32 embeddings (n, D), not normalised, `00000.jsonl` a line for each: its key, who it shows.
    `about.json` says of which model and set. A shard appears whole or not at all, embeddings last; files are readable
    for their owner only, as embeddings are personal data.

    Args:
        folder: made if need be.
        embedder: the model.
        faces: the set.
        on_error: `"stop"`, or `"skip"` to leave out images that cannot be read; they are listed in `00000.skipped`.
        shard: images in a shard.
        progress: told how many images more are done, those of former runs too.

    Returns:
        What `about.json` says, with `"images"` embedded and `"skipped"`.

    Raises:
        ValueError: the folder holds embeddings of another model or set, or cannot be written, or an image cannot be
            read.

    Example:
        >>> embed_to("embeddings", tfface.serving.Embedder("model.keras"), faces)["images"]
        40
        >>> vectors, keys, labels = load_embeddings("embeddings")
        >>> vectors.shape
        (40, 4)
    """
    if shard < 1:
        raise ValueError(f"shard: expected at least 1, got {shard!r}")
    folder = Path(folder)
    about = {
        "version": VERSION,
        "model": embedder.describe()["sha256"],
        "flip": embedder.flip,
        "set": faces.fingerprint(),
        "images": len(faces),
        "shard": shard,
        "on_error": on_error,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _claim(folder, about)
        counts = [
            _shard(folder, number, embedder, faces, range(start, min(start + shard, len(faces))), on_error, progress)
            for number, start in enumerate(range(0, len(faces), shard))
        ]
    except OSError as error:
        raise ValueError(f"{folder}: cannot be written: {error.strerror}") from error
    return {**about, "images": sum(counts), "skipped": len(faces) - sum(counts)}


def load_embeddings(folder: str | os.PathLike[str]) -> tuple[np.ndarray, list[str], list[str]]:
    """All embeddings (N, D) that `embed_to` wrote, their keys, and the names of who they show.

    Args:
        folder: the folder.

    Raises:
        ValueError: there are none, some are missing, or a shard is damaged.

    Example:
        >>> _ = embed_to("some", tfface.serving.Embedder("model.keras"), faces)
        >>> load_embeddings("some")[0].shape
        (40, 4)
    """
    folder = Path(folder)
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        numbers = range(-(-about["images"] // about["shard"]))
        parts = [np.load(_name(folder, number, "npy"), allow_pickle=False) for number in numbers]
        vectors = np.concatenate([part for part in parts if len(part)])
        lines = [line for number in numbers for line in _name(folder, number, "jsonl").read_text("utf-8").splitlines()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{folder}: expected all shards of `tfface embed`: {error}") from error
    rows = [json.loads(line) for line in lines]
    if len(rows) != len(vectors):
        raise ValueError(f"{folder}: damaged: {len(vectors)} embeddings and {len(rows)} keys")
    return vectors, [row["key"] for row in rows], [row["identity"] for row in rows]


def _claim(folder, about):
    """Takes the folder for these embeddings, or finds out that it holds them."""
    path = folder / _ABOUT
    if not path.exists():
        if any(one.suffix == ".npy" for one in folder.iterdir()):
            raise ValueError(f"{folder}: holds other arrays; name another folder")
        _write(path, json.dumps(about, indent=1).encode())
        return
    try:
        former = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: damaged; name another folder") from error
    if former != about:
        differing = [name for name in about if not isinstance(former, dict) or former.get(name) != about[name]]
        raise ValueError(f"{folder}: holds embeddings of another {', '.join(differing)}; name another folder")


def _shard(folder, number, embedder, faces, rows, on_error, progress):
    """Embeds one shard unless it is there and whole; how many of its images are embedded."""
    place = _name(folder, number, "npy")
    if place.exists():
        progress(len(rows))
        return len(np.load(place, mmap_mode="r", allow_pickle=False))
    parts, kept, skipped = [], [], []
    for part in embedder.faces(faces.subset(rows), on_error):
        parts += [part.vectors] if part.rows else []
        kept += [rows[row] for row in part.rows]
        skipped += part.skipped
        progress(len(part.rows) + len(part.skipped))
    lines = [{"key": faces.keys[row], "identity": faces.identities[faces.labels[row]]} for row in kept]
    array = io.BytesIO()
    np.save(array, np.concatenate(parts) if parts else np.empty((0, 0), np.float32), allow_pickle=False)
    if skipped:
        _write(_name(folder, number, "skipped"), "".join(f"{line}\n" for line in skipped).encode())
    _write(_name(folder, number, "jsonl"), "".join(f"{json.dumps(line)}\n" for line in lines).encode())
    _write(place, array.getvalue())  # last: a shard with embeddings is whole
    return len(kept)


def _name(folder, number, ending):
    return folder / f"{number:05d}.{ending}"


def _write(path, content):
    """A file that is there whole or not at all, also after the power has failed, for its owner only."""
    draft = path.with_name(f".{path.name}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
