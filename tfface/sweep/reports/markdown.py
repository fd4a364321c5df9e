"""A sweep for a documentation: Markdown with tables, and its pictures as files; figures and numbers only."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path, PurePosixPath

import yaml

from ... import _whole
from ..words import plural, rate
from . import pictures, tables
from .answer import Answer, answer
from .pictures import Picture
from .tables import Table

_FENCE = "```"


def write_markdown(
    folder: str | os.PathLike[str],
    output: str | os.PathLike[str],
    metric: str = "accuracy",
    title: str | None = None,
    images: str = "images",
) -> Path:
    """Writes what a sweep says as Markdown, with pictures in SVG beside it.

    Nothing in it could name a person or a file: no images, no reasons of cells that failed, no sweep file; of paths in
    the command, only their last part. The points of the clouds are embeddings of people who are not named.

    Args:
        folder: of the sweep.
        output: the file to write, `docs/sweep.md`; its folder is made if need be.
        metric: what to compare by.
        title: heading; None for the name of the sweep's folder.
        images: folder of the pictures, from the folder of the file.

    Returns:
        The path of the file.

    Raises:
        ValueError: it is no folder of a sweep, a file in it is not what it should be, there is no such figure, or
            `output` cannot be written.

    Example:
        >>> write_markdown("sweep", "docs/sweep.md")  # doctest: +SKIP
    """
    found, output = answer(folder, metric), Path(output)
    title = title or f"Sweep {Path(folder).resolve().name}"
    _whole.write(output, "\n\n".join([f"# {title}", *_parts(found, _Images(output, images))]) + "\n")
    return output


class _Images:
    """Writes pictures beside a file, and says how the file shows them."""

    def __init__(self, output: Path, folder: str):
        self._output, self._folder = output, folder

    def show(self, picture: Picture | None) -> str:
        if picture is None:
            return ""
        name = f"{self._output.stem}-{picture.name}.svg"
        _whole.write(self._output.parent / self._folder / name, picture.svg.file())
        return f"![{_escaped(picture.svg.said)}]({PurePosixPath(self._folder) / name})"


def _parts(found: Answer, images: _Images) -> Iterable[str]:
    """The paragraphs of the file."""
    gathered, verdict, main, ranking = found.gathered, found.verdict, found.main, found.ranking
    yield f"**{_escaped(verdict.headline)}**"
    for name, lines in (("Why", verdict.why), ("How sure", verdict.sure), ("Keep in mind", verdict.cautions)):
        if lines:
            yield f"{name}:\n\n" + "\n".join(f"- {_escaped(line)}" for line in lines)
    yield from _part("Ranking", images.show(pictures.ranking_picture(gathered, main)), _ranking(found))
    if ranking.test:
        said = f"Friedman over {plural(ranking.test.blocks, 'block')}: χ² = {ranking.test.statistic:.1f}, "
        said += f"p {rate(ranking.test.p_value)}. " + " ".join(ranking.notes)
        yield from _part("Average ranks", images.show(pictures.ranks_picture(ranking)), said)
    gain = pictures.gain_picture(gathered, found.summaries)
    if gain:
        yield from _part(gain.title, images.show(gain), _table(tables.gain_table(gathered, found.summaries)))
    drawn = [*pictures.curve_pictures(gathered, main), pictures.roc_picture(gathered, main)]
    yield from _part("Curves", *(images.show(picture) for picture in drawn))
    yield from _part("Convergence, stability, cost", _table(tables.cost_table(main)))
    clouds = [(picture.title, images.show(picture)) for picture in pictures.cloud_pictures(gathered, main)]
    yield from _part("Embeddings of people never trained on", _gallery(clouds))
    yield from _part("Cells that did not finish", _table(tables.lost_table(gathered, reasons=False)))
    yield from _part("How it was measured", _table(_versions(found)), _sweep(gathered.text))


def _ranking(found):
    return _table(tables.ranking_table(found.gathered, found.main, found.ranking))


def _part(title, *content):
    content = list(filter(None, content))
    return [f"## {title}", *content] if content else []


def _versions(found):
    values = {name: _without_paths(value) for name, value in found.versions.items()}
    return Table(("of", "is"), [list(pair) for pair in values.items()], 2)


def _sweep(text):
    """The sweep file without where its images are."""
    content = _without_sources(yaml.safe_load(text))
    written = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
    return _FENCE + "\n" + _without_paths(written).replace(_FENCE, "") + _FENCE if content else ""


def _without_sources(content):
    if isinstance(content, dict):
        return {key: _without_sources(value) for key, value in content.items() if key != "source"}
    return [_without_sources(one) for one in content] if isinstance(content, list) else content


def _table(content: Table) -> str:
    """A table as GitHub reads it; nothing where it has no rows."""
    if not content.rows:
        return ""
    marks = ["---:" if place >= content.numbers else "---" for place in range(len(content.columns))]
    rows = [content.columns, marks, *content.rows]
    return "\n".join(f"| {' | '.join(_escaped(cell) for cell in row)} |" for row in rows)


def _gallery(clouds, across: int = 4):
    """Small pictures in a table."""
    rows = []
    for start in range(0, len(clouds), across):
        part = clouds[start : start + across] + [("", "")] * max(0, start + across - len(clouds))
        titles, shown = ([one[place] for one in part] for place in (0, 1))
        rows += [_line(map(_escaped, titles)), *([_line(["---"] * across)] if not rows else []), _line(shown)]
    return "\n".join(rows)


def _line(cells):
    return f"| {' | '.join(cells)} |"


def _without_paths(text: str) -> str:
    return re.sub(r"(?<![\w.])~?/[^\s'\"]*/", "", text)


def _escaped(text: str) -> str:
    """Text that is neither HTML nor Markdown."""
    text = escape(text, quote=False).replace("\n", " ")
    return re.sub(r"([\\`*_|\[\]])", r"\\\1", text)
