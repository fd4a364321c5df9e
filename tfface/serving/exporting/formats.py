"""The formats a model can be exported to; each is a file of this package with its `write` and `read`."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..._extras import require
from ..._suggest import did_you_mean

SUFFIXES = {"savedmodel": "", "tflite": ".tflite", "onnx": ".onnx"}
PACKAGES = {"onnx": ("onnx", "tf2onnx", "onnxruntime")}  # beside TensorFlow; the extra is called as the format
QUANTIZATIONS = {"tflite": ("float16", "int8")}


def check(to: str, quantize: str | None) -> None:
    """Finds out whether a model can be written in a format, and run.

    Raises:
        ValueError: there is no such format, or it has no such quantisation.
        ImportError: a package is not installed; the message names the extra.
    """
    if to not in SUFFIXES:
        raise ValueError(f"to: unknown format {to!r}, {did_you_mean(str(to), SUFFIXES)}")
    known = QUANTIZATIONS.get(to, ())
    if quantize is not None and quantize not in known:
        has = f"{to} has {' and '.join(known)}" if known else f"{to} has none; {' and '.join(QUANTIZATIONS)} has"
        raise ValueError(f"quantize: got {quantize!r}, but {has}")
    for package in PACKAGES.get(to, ()):
        require(package, to)


def module(to: str):
    """What writes and reads a format; it needs TensorFlow."""
    return importlib.import_module(f".{to}", __package__)


def open_export(path: str | os.PathLike[str]) -> Callable[[np.ndarray], np.ndarray]:
    """An exported model as a function: pixels uint8 (N, H, W, C) → embeddings float32 (N, D).

    Args:
        path: what `export` wrote: a `.tflite` file, an `.onnx` file, or the folder of a SavedModel.

    Raises:
        ValueError: there is no such file or folder, or it is of none of these kinds.
        ImportError: the extra `onnx` is not installed.

    Example:
        >>> model.save("model.keras")
        >>> exported = tfface.serving.export("model.keras", "savedmodel")
        >>> tfface.serving.open_export(exported.path)(faces.images()).shape
        (40, 4)
    """
    path = Path(path)
    kinds = {suffix: name for name, suffix in SUFFIXES.items()}
    to = "savedmodel" if (path / "saved_model.pb").is_file() else kinds.get(path.suffix) if path.is_file() else None
    if not to:
        raise ValueError(f"{path}: expected a .tflite file, an .onnx file or the folder of a SavedModel")
    check(to, None)
    return module(to).read(path)
