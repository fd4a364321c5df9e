"""A folder of photographs to a set of aligned faces."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ... import _check
from ..._extras import missing
from ..detection import Detector, Mtcnn
from ..faceset import FaceSet
from ..faults import source_name
from ..sources.identity_folder import image_files, subfolders
from ..writing import write_rec, write_tfrecord
from .examine import UNREADABLE, Finding, Wanted
from .report import write_report
from .verdicts import identity, output_names, without_repeated
from .workers import findings
from .workspace import REPORT, Workspace

FORMATS = ("folder", "tfrecord", "rec")


class Prepared(NamedTuple):
    """What `prepare` made.

    Attributes:
        folder: where the set is.
        kept: how many faces it has.
        identities: of how many people.
        dropped: for each reason, how many photographs were dropped for it.
        report: a CSV file with a line for each photograph.
        page: a page that shows what was dropped, and why.
    """

    folder: Path
    kept: int
    identities: int
    dropped: dict[str, int]
    report: Path
    page: Path


def prepare(
    photos: str | os.PathLike[str],
    out: str | os.PathLike[str],
    format: str = "folder",
    *,
    min_face: int = 40,
    several: str = "drop",
    processes: int | None = None,
    detector: Callable[[], Detector] = Mtcnn,
    progress: Callable[[int, int], None] | None = None,
) -> Prepared:
    """Finds the face in every photograph and writes it aligned to ArcFace's template, 112×112.

    Photographs are `photos/<identity>/<image>`; nothing of them is changed. Dropped are those that cannot be read, that
    show no face, several faces of like size, or a small one, pictures that come twice, and the same picture under two
    identities. A run that was interrupted or killed is continued by the same call.

    Args:
        photos: the folder of identities.
        out: where the set is written: a new or empty folder, or that of a run to be continued.
        format: `"folder"` (JPEG files), `"tfrecord"` (shards with an index) or `"rec"` (InsightFace's).
        min_face: pixels that the shorter side of a face has at least.
        several: of a photograph with several faces of like size, `"drop"` it or take the `"largest"`.
        processes: how many at once; None for one for each core.
        detector: makes what finds faces, in each process; `Mtcnn`, or a function at the top of a module.
        progress: called with how many photographs are done and how many there are.

    Raises:
        ImportError: if the detector is not installed; `pip install "tfface[align]"` installs it.
        ValueError: for arguments that make no sense, no photographs, or a folder `out` that holds something else.
        ChildProcessError: if a process died; the same call continues.

    Example:
        >>> prepared = tfface.data.prepare("photos", "faces", format="tfrecord")  # doctest: +SKIP
        >>> prepared.dropped  # doctest: +SKIP
        {'no face': 12, 'many faces': 3}
    """
    _check.choice("format", format, FORMATS)
    _check.choice("several", several, ("drop", "largest"))
    wanted = Wanted(_check.whole("min_face", min_face, 1), several)
    processes = _check.whole("processes", processes or os.cpu_count() or 1, 1)
    if detector is Mtcnn and importlib.util.find_spec("mtcnn") is None:
        raise ImportError(missing("mtcnn", "align"))
    photos, out = Path(photos), Path(out)
    if photos.resolve() in (out.resolve(), *out.resolve().parents) or out.resolve() in photos.resolve().parents:
        raise ValueError(f"out: expected a folder outside of {source_name(photos)}, got {source_name(out)}")
    keys, found = _photographs(photos)
    space = Workspace(out, photos, {"format": format, "min_face": min_face, "several": several})
    try:
        done = space.done(photos, keys)
        tasks = [(key, space.face(key)) for key in keys if key not in done]
        for finding in findings(tasks, photos, detector, wanted, processes) if tasks else ():
            space.note(finding)
            done[finding.key] = finding
            if progress is not None:
                progress(len(done), len(keys))
        found = without_repeated([*found, *(done[key] for key in keys)])
        prepared = _write(out, format, found, space)
        space.remove()
    except KeyboardInterrupt:
        raise KeyboardInterrupt("interrupted; run again to continue") from None
    finally:
        space.close()
    return prepared


def _photographs(photos: Path) -> tuple[list[str], list[Finding]]:
    """Keys of the photographs, and findings about folders that cannot be read."""
    keys, unreadable = [], []
    for person in subfolders(photos):
        try:
            keys += [f"{person}/{name}" for name in image_files(photos / person)]
        except ValueError as error:
            unreadable.append(Finding(person, "", UNREADABLE, str(error).rpartition(": ")[2]))
    if not keys:
        said = "; no folder can be read" if unreadable else ""
        raise ValueError(f"{source_name(photos)}: expected a folder of photographs for each identity, found none{said}")
    return keys, unreadable


def _write(out: Path, format: str, found: Sequence[Finding], space: Workspace) -> Prepared:
    names = output_names([finding.key for finding in found if not finding.dropped])
    people = sorted({identity(key) for key in names})
    if names:
        _write_set(out, format, names, people, space)
    page = write_report(out, found, names, space)
    dropped = Counter(finding.dropped for finding in found if finding.dropped)
    return Prepared(out, len(names), len(people), dict(dropped.most_common()), out / REPORT, page)


def _write_set(out: Path, format: str, names: dict[str, str], people: list[str], space: Workspace) -> None:
    sources = [space.face(key) for key in names]
    if format == "folder":
        for source, name in zip(sources, names.values(), strict=True):
            (out / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(source, out / name)
        return
    label = {person: number for number, person in enumerate(people)}
    labels = np.array([label[identity(key)] for key in names])
    faces = FaceSet(list(names.values()), labels, people, lambda row: sources[row].read_bytes(), "faces")
    write = {"rec": write_rec, "tfrecord": write_tfrecord}[format]
    write(faces, out)
