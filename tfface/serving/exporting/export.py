"""Writes a model in a format of another runtime, and makes sure that it is the same model."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ..embedder import Embedder
from . import formats
from .agreement import agreement
from .card import card
from .exported import Exported
from .sample import sample

_BATCH = 32


def export(
    model: str | os.PathLike[str],
    to: str,
    output: str | os.PathLike[str] | None = None,
    quantize: str | None = None,
    images: str | os.PathLike[str] | None = None,
    normalize: bool = False,
    progress: Callable[[str], None] = lambda stage: None,
) -> Exported:
    """Writes the backbone of a model with its preprocessing inside: pixels uint8 (N, H, W, C) → embeddings (N, D).

    The export is run and compared with the original; it gets its name only if every cosine between their embeddings is
    at least 0.9999 (0.99 for `"int8"`). A model card is written next to it, `<name>.md`.

    Args:
        model: a `.keras` file, as for `Embedder`.
        to: `"savedmodel"`, `"tflite"` or `"onnx"` (extra `onnx`).
        output: path of the export; None for one next to the model.
        quantize: for `"tflite"`: `"float16"` halves the file, `"int8"` quarters it and computes
            convolutions and dense layers in 8-bit integers.
        images: folder of photographs, cut out as those of the training, on which the two are compared; half of them
            choose the ranges of `"int8"`, the other half compares. None: ORL faces, or noise where they are not there.
        normalize: give embeddings of length 1; otherwise they are those of the backbone.
        progress: told what begins.

    Raises:
        ValueError: a format or quantisation that is not known, something is at `output` already, the model cannot be
            loaded, gives no embeddings or cannot be expressed in the format, photographs are missing or cannot be read,
            or the export gives other embeddings. Nothing is left behind.
        ImportError: the extra `onnx` is not installed.

    Example:
        >>> model.save("model.keras")
        >>> exported = tfface.serving.export("model.keras", "tflite", quantize="float16")
        >>> exported.path.name, exported.card.name, exported.agreement.close
        ('model-float16.tflite', 'model-float16.tflite.md', True)
    """
    formats.check(to, quantize)
    if quantize == "int8" and images is None:
        raise ValueError("images: expected a folder of photographs (--images), from which int8 takes its ranges")
    target = _target(Path(model), to, output, quantize)
    progress("loading the model")
    embedder = Embedder(model, flip=False)
    faces = sample(images, embedder.input_shape)
    options = {"quantize": quantize} if quantize else {}
    if quantize == "int8":
        calibration, faces = faces.halves()
        if not len(faces.pixels):
            raise ValueError(f"images: expected at least 2 photographs for int8, got 1 in {images}")
        options["calibration"] = calibration.pixels
    with _published(target) as (made, made_card):
        progress(f"writing {target.name}")
        with _telling(f"{model}: cannot be written as {to}"):
            backbone = getattr(embedder.model, "backbone", embedder.model)
            formats.module(to).write(made, backbone, normalize, **options)
        progress("comparing it with the model")
        with _telling(f"{target}: not written, since it cannot be run"):
            embeddings = _embedded(made, faces.pixels)
        found = agreement(embedder(faces.pixels), embeddings, quantize)
        if not found.close:
            raise ValueError(f"{target}: not written, since it gives other embeddings than {model}: {found}")
        size = sum(file.stat().st_size for file in (made, *made.rglob("*")) if file.is_file())
        exported = Exported(target, _card_of(target), to, quantize, normalize, found, faces.what, size / 1e6)
        made_card.write_text(card(embedder, exported), encoding="utf-8")
    return exported


def _target(model, to, output, quantize):
    suffix = formats.SUFFIXES[to]
    default = f"{model.stem}{'-' + quantize if quantize else ''}{suffix or '-savedmodel'}"
    target = model.with_name(default) if output is None else Path(output)
    if suffix and target.suffix != suffix:
        raise ValueError(f"output: expected a name that ends in {suffix}, got {target}")
    if target.suffix and not suffix and target.suffix in formats.SUFFIXES.values():
        raise ValueError(f"output: expected the name of a folder, got {target}")
    if not target.parent.is_dir():
        raise ValueError(f"output: no folder {target.parent}")
    for path in (target, _card_of(target)):
        if path.exists():
            raise ValueError(f"output: {path} is there already; remove it or choose another name (--output)")
    return target


def _embedded(path, pixels):
    embed = formats.open_export(path)
    return np.concatenate([embed(pixels[start : start + _BATCH]) for start in range(0, len(pixels), _BATCH)])


def _card_of(target):
    return target.with_name(f"{target.name}.md")


@contextmanager
def _telling(what) -> Iterator[None]:
    """Turns what converters and runtimes raise, which may be anything, into one line."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ValueError(f"{what}: {line}") from error


@contextmanager
def _published(target) -> Iterator[tuple[Path, Path]]:
    """Where to write the export and its card, which get their names when both are whole; nothing is left otherwise."""
    unfinished = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        made, made_card = unfinished / target.name, _card_of(unfinished / target.name)
        yield made, made_card
        os.rename(made_card, _card_of(target))
        os.rename(made, target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
