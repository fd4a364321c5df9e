"""Faces on which an export is compared with its model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ...data import FaceSet, orl
from ...data.sources.identity_folder import SUFFIXES, image_files, subfolders
from ..faces_at import faces_at

_MOST = 256


class Sample(NamedTuple):
    """Pixels, uint8 (N, H, W, C), and what they show."""

    pixels: np.ndarray
    what: str

    def halves(self) -> tuple[Sample, Sample]:
        """Every other image, and the others."""
        return Sample(self.pixels[::2], self.what), Sample(self.pixels[1::2], self.what)


def sample(images: str | os.PathLike[str] | None, shape: tuple[int, int, int]) -> Sample:
    """Up to 256 faces, spread over a folder; without one the ORL faces, and where their reader is missing noise.

    Args:
        images: a folder of photographs, at any depth, or what `faces_at` takes; None for none.
        shape: (H, W, channels) to which they are decoded.

    Raises:
        ValueError: there are no photographs, or one that cannot be read.
    """
    size, channels = shape[:2], shape[2]
    if images is not None:
        faces = _photographs(Path(images)) if Path(images).is_dir() else faces_at(images)
        what = f"photographs of {Path(images).name}"
    else:
        try:
            faces = orl()
        except ImportError:
            noise = np.random.default_rng(0).integers(0, 256, (64, *shape), dtype=np.uint8)
            return Sample(noise, "noise, no faces: name a folder of photographs for a comparison that counts")
        what = "ORL faces"
    rows = np.unique(np.linspace(0, len(faces) - 1, _MOST).astype(int))
    return Sample(faces.subset(rows).images(size, channels), what)


def _photographs(root):
    files = sorted(_below(root, set()))
    if not files:
        raise ValueError(f"images: {root} has no photographs ({', '.join(sorted(SUFFIXES))})")
    keys = [str(file.relative_to(root)) for file in files]
    return FaceSet(keys, [0] * len(files), [root.name], lambda row: files[row].read_bytes(), str(root))


def _below(folder, seen):
    """The photographs in a folder at any depth; each folder once, since links may lead back."""
    place = folder.resolve()
    if place in seen:
        return
    seen.add(place)
    yield from (folder / name for name in image_files(folder))
    for name in subfolders(folder):
        yield from _below(folder / name, seen)
