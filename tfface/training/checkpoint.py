"""Checkpoints: one file each, the model and how far its training has come; a torn or damaged one is never chosen."""

import base64
import json
import logging
import os
import re
import shutil
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

from .errors import RecipeError

FINISHED = "model.keras"
_UNFINISHED = "unfinished"  # a folder, since Keras may put files of its own beside the one it writes
_NAME = re.compile(r"checkpoint-(\d+)-(\d+)\.keras")
_logger = logging.getLogger("tfface")


@dataclass(frozen=True, order=True)
class Position:
    """How far a training has come: `step` steps into epoch `epoch`, counted from 0 through all stages."""

    epoch: int = 0
    step: int = 0

    def __str__(self) -> str:
        if self.step:
            return f"epoch {self.epoch + 1}, after {self.step} steps"
        return f"the end of epoch {self.epoch}" if self.epoch else "the beginning"


@dataclass(frozen=True)
class State:
    """What is needed, besides the model, to continue a training.

    Attributes:
        position: where to go on.
        run_id: the tracked run that is continued.
        seconds: time spent in training so far.
        recipe: the resolved recipe, as plain data.
        data: the fingerprint of the faces that are trained on.
        seeds: the state of the model's random layers.
        finished: whether nothing is left to do.
        best: the best epoch so far, as the tracked run's summary tells it.
    """

    position: Position
    run_id: str
    seconds: float
    recipe: dict
    data: str
    seeds: list
    finished: bool = False
    best: dict = field(default_factory=dict)


class Checkpoint(NamedTuple):
    """A file that is whole, and what it says of the training."""

    path: Path
    state: State


def save(folder: Path, model, state: State, keep: int = 1) -> Path:
    """Writes a checkpoint, then removes all older ones but the last `keep - 1`; a finished training leaves one file.

    A file is complete on the disk before it gets its name, so whatever happens in between, each checkpoint that can be
    found is whole.

    Raises:
        OSError: the disk is full, or the folder cannot be written to; what was there is as it was.
    """
    position = state.position
    target = folder / (FINISHED if state.finished else f"checkpoint-{position.epoch}-{position.step}.keras")
    with _published(target) as unfinished:
        model.save(unfinished)
        with zipfile.ZipFile(unfinished, "a") as archive:
            archive.comment = packed(state)
    files = _files(folder)
    kept = files[: files.index(target) + 1][-1 if state.finished else -keep :]
    for other in set(files) - set(kept):  # also later ones: they were damaged, or this training would be beyond them
        other.unlink()
    return target


def packed(state: State) -> bytes:
    """A state as the comment of an archive: a further file in it would make Keras look for assets."""
    comment = base64.b64encode(zlib.compress(json.dumps(asdict(state)).encode()))
    if len(comment) > zipfile.ZIP_MAX_COMMENT:
        raise ValueError(f"the recipe is too long for a checkpoint: {len(comment)} bytes, compressed")
    return comment


def load(folder: Path) -> Checkpoint | None:
    """The last checkpoint that is whole; None where there is none at all.

    Raises:
        RecipeError: there are checkpoints, and all are damaged.
    """
    files = _files(folder)
    for path in reversed(files):
        try:
            return Checkpoint(path, _read(path))
        except Exception as error:  # zipfile raises nearly anything on damaged files
            _logger.warning("%s is damaged and left out (%s)", path, str(error) or type(error).__name__)
    if files:
        raise RecipeError(f"no checkpoint in {folder} can be read: the training cannot go on; write to another folder")
    return None


def write(path: Path, text: str) -> None:
    """Writes a text so that the file is the old one or the new one, never a part."""
    with _published(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def check_writable(folder: Path) -> None:
    """Removes what a process that was killed left half written, and finds out whether files can be made.

    Raises:
        OSError: they cannot.
    """
    _discard_unfinished(folder)
    (folder / _UNFINISHED).mkdir()
    _discard_unfinished(folder)


def _files(folder: Path) -> list[Path]:
    """All checkpoints, whole or not, the last one last."""
    found = {path: _NAME.fullmatch(path.name) for path in folder.glob("checkpoint-*.keras")}
    positions = {path: tuple(map(int, name.groups())) for path, name in found.items() if name}
    return [*sorted(positions, key=positions.get), *folder.glob(FINISHED)]


def _read(path: Path) -> State:
    """The state in a checkpoint; the checksum of every part of the file is tried first."""
    with zipfile.ZipFile(path) as archive:
        if damaged := archive.testzip():
            raise ValueError(f"the checksum of {damaged} is wrong")
        written = json.loads(zlib.decompress(base64.b64decode(archive.comment, validate=True)))
    return State(**{**written, "position": Position(**written["position"])})


@contextmanager
def _published(target: Path):
    """Where to write a file, which gets its name when all of it is on the disk; if that fails nothing is left of it."""
    unfinished = target.parent / _UNFINISHED / target.name
    try:
        unfinished.parent.mkdir(exist_ok=True)
        yield unfinished
        _sync(unfinished)
        os.replace(unfinished, target)
        if os.name == "posix":  # elsewhere folders cannot be opened
            _sync(target.parent)  # which brings the name to the disk
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(target)) from error
    finally:
        _discard_unfinished(target.parent)


def _discard_unfinished(folder: Path) -> None:
    shutil.rmtree(folder / _UNFINISHED, ignore_errors=True)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
