"""Face-recognition losses for TensorFlow and Keras: choose, train, measure and ship them.

Public names: every loss (`tfface.ArcFace`), `tfface.FaceModel`, and the packages `losses`, `layers`,
`models`, `distances`, `miners`, `data`, `distribute`, `evaluation`, `tracking`, `callbacks`, `training`,
`serving`, `sweep`, `addons`.
"""

import importlib
import os
import sys
from typing import TYPE_CHECKING

from ._version import __version__ as __version__

if TYPE_CHECKING:
    from .losses import *  # noqa: F403
    from .models import *  # noqa: F403

_PACKAGES = (
    "addons",
    "callbacks",
    "data",
    "distances",
    "distribute",
    "evaluation",
    "functional",
    "layers",
    "losses",
    "miners",
    "models",
    "serving",
    "sweep",
    "tracking",
    "training",
)
# Their classes are names of tfface too: tfface.ArcFace, tfface.FaceModel.
_EXPORTED = ("losses", "models")


def _load(package: str):
    return importlib.import_module(f".{package}", __name__)


def __getattr__(name: str):
    if name in _PACKAGES:
        return _load(name)
    if name[:1].isupper():
        for package in _EXPORTED:
            if name in vars(_load(package)):
                return getattr(_load(package), name)
    raise AttributeError(f"module 'tfface' has no attribute {name!r}")


def __dir__():
    classes = (name for package in _EXPORTED for name in vars(_load(package)) if name[:1].isupper())
    return sorted({*globals(), *_PACKAGES, *classes})


# `keras.models.load_model` finds only registered classes, so `import tfface` registers them all. The command line
# does without: it answers `tfface --help` before TensorFlow is loaded, and its commands import what they need.
_program = os.path.basename(sys.argv[0] if sys.argv else "")
if _program not in ("tfface", "tfface.exe") and sys.orig_argv[1:3] != ["-m", "tfface"]:
    for _package in ("distances", "miners", "losses", "layers", "models", "addons"):
        _load(_package)
