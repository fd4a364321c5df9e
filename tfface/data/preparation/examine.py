"""One photograph: its face, aligned, or why it has none that is of use."""

from __future__ import annotations

import base64
import hashlib
import io
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from ..alignment import align
from ..decoding import decode
from ..detection import Detector, Face
from ..faults import ImageError, reason

UNREADABLE, NO_FACE, MANY, SMALL = "unreadable", "no face", "many faces", "too small"
_BACKGROUND = 0.25  # faces below this share of the largest one's area are passers-by
_THUMBNAIL = 96
QUALITY = 95


@dataclass(frozen=True)
class Wanted:
    """What face is of use.

    Attributes:
        min_face: pixels that the shorter side of its box has at least.
        several: of a photograph with several faces of like size, `"drop"` it or take the `"largest"`.
    """

    min_face: int
    several: str


@dataclass(frozen=True)
class Finding:
    """What became of a photograph.

    Attributes:
        key: its path below the folder of photographs.
        stamp: size and time of its file, which tell whether it has changed since.
        dropped: why it is of no use; empty if it is.
        detail: more about that, in words.
        pixels: sha256 of its pixels, empty if it cannot be read.
        thumbnail: a JPEG in base64 of a photograph that was dropped, empty if it cannot be read.
    """

    key: str
    stamp: str
    dropped: str = ""
    detail: str = ""
    pixels: str = ""
    thumbnail: str = ""

    to_dict = asdict


def stamp(path: Path) -> str:
    """Size and time of a file; empty if there is none."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns}"


def examine(photos: Path, key: str, target: Path, detect: Detector, wanted: Wanted) -> Finding:
    """Looks for the face in a photograph, and writes it to `target` if it is of use."""
    path = photos / key
    at = stamp(path)
    try:
        image = decode(path.read_bytes(), "")
    except (OSError, ImageError) as error:
        return Finding(key, at, UNREADABLE, reason(error).removeprefix(": "))
    pixels = hashlib.sha256(str(image.shape).encode() + image.tobytes()).hexdigest()
    faces = sorted(detect(image), key=lambda face: -face.box[2] * face.box[3])
    dropped, detail = _why_not(faces, wanted)
    if dropped:
        return Finding(key, at, dropped, detail, pixels, _thumbnail(image, faces))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}")
    Image.fromarray(align(image, faces[0].points)).save(part, "JPEG", quality=QUALITY, subsampling=0)
    os.replace(part, target)
    return Finding(key, at, pixels=pixels)


def _why_not(faces: list[Face], wanted: Wanted) -> tuple[str, str]:
    if not faces:
        return NO_FACE, ""
    areas = [face.box[2] * face.box[3] for face in faces]
    like = sum(area >= _BACKGROUND * areas[0] for area in areas)
    if like > 1 and wanted.several == "drop":
        return MANY, f"{like} of like size"
    side = min(faces[0].box[2:])
    if side < wanted.min_face:
        return SMALL, f"{side:.0f} pixels, {wanted.min_face} wanted"
    return "", ""


def _thumbnail(image: np.ndarray, faces: list[Face]) -> str:
    """The photograph with its faces framed."""
    picture = Image.fromarray(image)
    picture.thumbnail((_THUMBNAIL, _THUMBNAIL))
    scale = picture.width / image.shape[1]
    draw = ImageDraw.Draw(picture)
    for face in faces:
        left, top, width, height = (scale * side for side in face.box)
        draw.rectangle((left, top, left + max(width, 1), top + max(height, 1)), outline=(255, 196, 0))
    return encode_thumbnail(picture)


def encode_thumbnail(picture: Image.Image) -> str:
    """A small JPEG in base64."""
    stream = io.BytesIO()
    picture.convert("RGB").save(stream, "JPEG", quality=80)
    return base64.b64encode(stream.getvalue()).decode()
