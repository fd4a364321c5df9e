"""Faces in: sources, decoding, splits, pairs, and the tf.data pipeline that feeds training."""

import importlib
from typing import TYPE_CHECKING

from . import sources
from .alignment import TEMPLATE, align
from .augment import Augment
from .decoding import decode
from .detection import Face, Mtcnn
from .faceset import FaceSet
from .faults import ImageError
from .image_reader import ImageReader
from .loading import Decoded
from .pair_set import PairSet, contiguous_folds
from .pairs import Pairs, verification_pairs
from .preparation import Prepared, prepare
from .sources import (
    arrays,
    cfp,
    digits,
    folder,
    lfw,
    mnist,
    orl,
    pairs_file,
    rec,
    tfds,
    tfrecord,
    verification_bin,
)
from .splits import class_weights, identity_folds
from .standard import standardize
from .views import Views
from .writing import write_bin, write_rec, write_tfrecord

if TYPE_CHECKING:
    from .batches import training_batches, training_stream
    from .view_batches import two_view_stream, two_views
    from .view_step import view_pair

__all__ = [
    "TEMPLATE",
    "Augment",
    "Decoded",
    "Face",
    "FaceSet",
    "ImageError",
    "ImageReader",
    "Mtcnn",
    "PairSet",
    "Pairs",
    "Prepared",
    "Views",
    "align",
    "arrays",
    "cfp",
    "class_weights",
    "contiguous_folds",
    "decode",
    "digits",
    "folder",
    "identity_folds",
    "lfw",
    "mnist",
    "orl",
    "pairs_file",
    "prepare",
    "rec",
    "sources",
    "standardize",
    "tfds",
    "tfrecord",
    "training_batches",
    "training_stream",
    "two_view_stream",
    "two_views",
    "verification_bin",
    "verification_pairs",
    "view_pair",
    "write_bin",
    "write_rec",
    "write_tfrecord",
]


_PIPELINES = {
    "training_batches": "batches",
    "training_stream": "batches",
    "two_view_stream": "view_batches",
    "two_views": "view_batches",
    "view_pair": "view_step",
}


def __getattr__(name: str):
    # Only the pipelines need TensorFlow, whose import takes seconds.
    if name in _PIPELINES:
        return getattr(importlib.import_module(f".{_PIPELINES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
