"""What the comparison page takes from the files of runs: verification curves as data, and small pictures."""

import base64
import io
import json
import math
from collections.abc import Sequence
from pathlib import Path

from . import layout
from .records import RunRecord

_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")
# bytes of all pictures of a page together
_PICTURES = 4_000_000
_PIXELS = 50_000_000
_POINTS = 500
_CURVES_FILE = 5_000_000


def rates(run: RunRecord) -> dict:
    """The run's verification curves: set -> {"roc": {"far", "tar"}, "scores": {"genuine": {...}, "impostor": {...}}}.

    They are read from the JSON files that the callback leaves at `evaluation/<set>/curves`; what is no such file is
    left out.
    """
    found = {}
    for path, location in run.files.items():
        top, _, rest = path.partition("/")
        name, _, kind = rest.rpartition("/")
        if top == layout.EVALUATION and name and kind == "curves" and (file := _inside(run, location)):
            curves = _curves(file)
            if curves:
                found[name] = curves
    return found


class Pictures:
    """Thumbnails of the runs' pictures, smaller where there are many, until all together have taken their share.

    They are encoded anew: of a file, nothing but its pixels gets into the page.
    """

    def __init__(self, runs: Sequence[RunRecord]):
        count = sum(1 for run in runs for _ in _pictures(run))
        self._edge = 720 if count <= 60 else 480 if count <= 150 else 320
        self._left = _PICTURES
        self.left_out = 0

    def of(self, run: RunRecord) -> dict:
        """Path -> {"source": data URL, "width", "height"} for the pictures of a run."""
        found = {}
        for path, file in _pictures(run):
            if picture := self._small(file):
                found[path] = picture
        return found

    def _small(self, file: Path | io.BytesIO) -> dict | None:
        from PIL import Image

        try:
            with Image.open(file) as image:
                if image.width * image.height > _PIXELS:  # few bytes may unpack to all the memory there is
                    return None
                small = image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
            small.thumbnail((self._edge, self._edge))
            written = io.BytesIO()
            small.save(written, "WEBP", quality=82)
        except Exception:  # decoders fail in many ways, and no picture is worth the page
            return None
        if written.tell() > self._left:
            self.left_out += 1
            return None
        self._left -= written.tell()
        source = "data:image/webp;base64," + base64.b64encode(written.getvalue()).decode()
        return {"source": source, "width": small.width, "height": small.height}


def _pictures(run: RunRecord):
    """The run's picture files, and the last picture of each series of images."""
    for path, image in run.images.items():
        try:
            yield path, io.BytesIO(base64.b64decode(image))
        except ValueError:  # no base64
            continue
    for path, location in run.files.items():
        if location.lower().endswith(_ENDINGS) and (file := _inside(run, location)):
            yield path, file


def _inside(run: RunRecord, location: str) -> Path | None:
    """The file, if it lies within the run: a log from elsewhere must not pick files of this machine for the page."""
    try:
        file = Path(location).resolve(strict=True)
        homes = [Path(directory).resolve() for directory in run.directories or (run.directory,)]
    except (OSError, ValueError, RuntimeError):
        return None
    return file if file.is_file() and any(home in file.parents for home in homes) else None


def _curves(file: Path) -> dict:
    try:
        small = file.stat().st_size <= _CURVES_FILE
        content = json.loads(file.read_text(encoding="utf-8"), parse_int=float) if small else None
    except (OSError, ValueError, RecursionError):
        return {}
    roc, scores = _part(content, "roc"), _part(content, "scores")
    far, tar = _numbers(roc.get("far")), _numbers(roc.get("tar"))
    found = {}
    if far and len(far) == len(tar):
        kept = range(0, len(far), -(-len(far) // _POINTS))
        found["roc"] = {"far": [far[i] for i in kept], "tar": [tar[i] for i in kept]}
    histograms = {kind: _histogram(_part(scores, kind)) for kind in ("genuine", "impostor")}
    if all(histograms.values()):
        found["scores"] = histograms
    return found


def _histogram(part: dict) -> dict:
    edges, counts = _numbers(part.get("edges")), _numbers(part.get("counts"))
    sound = counts and len(edges) == len(counts) + 1 and len(counts) <= _POINTS
    return {"edges": edges, "counts": counts} if sound else {}


def _part(content, name: str) -> dict:
    part = content.get(name) if isinstance(content, dict) else None
    return part if isinstance(part, dict) else {}


def _numbers(column) -> list[float]:
    """The column as floats of six digits; empty unless every entry is a finite number."""
    if not isinstance(column, list) or any(type(entry) is not float for entry in column):
        return []
    numbers = [float(f"{entry:.6g}") for entry in column]
    return numbers if all(map(math.isfinite, numbers)) else []
