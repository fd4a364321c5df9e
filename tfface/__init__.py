"""Face-recognition losses for TensorFlow and Keras: choose, train, measure and ship them.

Public names: every loss (`tfface.ArcFace`), `tfface.FaceModel`, and the packages `losses`, `layers`,
`models`, `data`, `evaluation`, `tracking`, `callbacks`, `training`.
"""

import importlib
import os
import sys

from ._version import __version__ as __version__

_PACKAGES = (
    "functional",
    "losses",
    "layers",
    "models",
    "data",
    "evaluation",
    "tracking",
    "callbacks",
    "training",
)
_KERAS_PACKAGES = ("losses", "layers", "models")


def __getattr__(name: str):
    if name in _PACKAGES:
        return importlib.import_module(f".{name}", __name__)
    if not name.startswith("_"):
        for package in ("models", "losses"):
            module = importlib.import_module(f".{package}", __name__)
            if name in vars(module):
                return getattr(module, name)
    raise AttributeError(f"module 'tfface' has no attribute {name!r}")


def __dir__():
    models, losses = (importlib.import_module(f".{package}", __name__) for package in ("models", "losses"))
    return sorted({*globals(), *_PACKAGES, *models.__all__, *losses.__all__})


# `keras.models.load_model` finds only registered classes, so `import tfface` registers them all. The command line
# does without: it answers `tfface --help` before TensorFlow is loaded, and its commands import what they need.
if os.path.basename(sys.argv[0] if sys.argv else "") not in ("tfface", "tfface.exe"):
    for _package in _KERAS_PACKAGES:
        importlib.import_module(f".{_package}", __name__)
