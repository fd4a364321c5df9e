"""Faces in: sources, decoding, splits, pairs, and the tf.data pipeline that feeds training."""

from typing import TYPE_CHECKING

from . import sources
from .augment import Augment
from .decoding import ImageError, decode
from .faceset import Decoded, FaceSet
from .pairs import Pairs, verification_pairs
from .sources import arrays, digits, folder, mnist, orl
from .splits import identity_folds
from .standard import standardize

if TYPE_CHECKING:
    from .batches import training_batches, training_stream

__all__ = [
    "Augment",
    "Decoded",
    "FaceSet",
    "ImageError",
    "Pairs",
    "arrays",
    "decode",
    "digits",
    "folder",
    "identity_folds",
    "mnist",
    "orl",
    "sources",
    "standardize",
    "training_batches",
    "training_stream",
    "verification_pairs",
]


def __getattr__(name: str):
    # Only the pipeline needs TensorFlow, whose import takes seconds.
    if name in ("training_batches", "training_stream"):
        from . import batches

        return getattr(batches, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
