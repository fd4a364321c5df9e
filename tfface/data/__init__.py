"""Faces in: sources, decoding, splits, pairs, and the tf.data pipeline that feeds training."""

from typing import TYPE_CHECKING

from tfface.data import sources
from tfface.data.augment import Augment
from tfface.data.decoding import ImageError, decode
from tfface.data.faceset import Decoded, FaceSet
from tfface.data.pairs import Pairs, verification_pairs
from tfface.data.sources import arrays, digits, folder, mnist, orl
from tfface.data.splits import identity_folds
from tfface.data.standard import standardize

if TYPE_CHECKING:
    from tfface.data.batches import training_batches

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
    "verification_pairs",
]


def __getattr__(name: str):
    # Only the pipeline needs TensorFlow, whose import takes seconds.
    if name == "training_batches":
        from tfface.data.batches import training_batches

        return training_batches
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
