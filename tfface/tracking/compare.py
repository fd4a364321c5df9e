"""The comparison page: one HTML file with everything inside, that opens without a server or a network."""

import json
import os
from collections.abc import Sequence
from datetime import datetime, timezone
from html import escape
from importlib import resources
from pathlib import Path

from .. import _page, _whole
from .._extras import require
from .._version import __version__
from .page_data import page_data
from .reader import read_runs
from .records import RunRecord

# each is one subject; what a file runs at once needs only the files before it
_SCRIPTS = [
    *("dom", "format", "state", "url", "filter", "fields", "axes", "smooth", "groups", "export", "menu", "table"),
    *("runs", "sides", "plots", "curves", "svg", "parallel", "scatter", "rates", "pictures"),
    *("lazy", "theme", "live", "main"),
]


def compare(
    runs: Sequence[RunRecord] | str | os.PathLike,
    output: str | os.PathLike = "compare.html",
    title: str = "Run comparison",
    *,
    refresh: float | None = None,
) -> Path:
    """Writes a page that compares runs: a table of all, curves, what differs, trade-offs, ROC curves and pictures.

    Everything is inside the file (2 MB, most of it Plotly, which the `plotly` package bundles and the page
    unpacks). Nothing is loaded from elsewhere: the page's Content-Security-Policy allows its own scripts and
    style only, by their hashes. What runs say is data for those scripts, and is only ever shown as text.

    Args:
        runs: from `read_runs`, or the folder to read.
        output: the file to write; its folder is made if need be.
        title: heading of the page.
        refresh: the open page loads itself anew after so many seconds, for a page that is written again and again.

    Returns:
        The path of the page.

    Raises:
        ValueError: there are no runs, or `output` cannot be written.
        ImportError: the `report` extra is not installed.

    Example:
        >>> compare(read_runs("runs"), "compare.html")  # doctest: +SKIP
    """
    if isinstance(runs, str | os.PathLike):
        source, runs = runs, read_runs(runs)
        if not runs:
            raise ValueError(f"runs: expected a folder with runs, found none below {os.fspath(source)!r}")
    runs = list(runs)
    if not runs:
        raise ValueError("runs: expected at least one run, got none")
    path = Path(output)
    _whole.write(path, _made(runs, title, refresh))
    return path


def _made(runs: list[RunRecord], title: str, refresh: float | None) -> str:
    made = datetime.now(timezone.utc)
    data, columns = page_data(runs)
    data |= {"made": made.timestamp(), "refresh": refresh}
    library = require("plotly.offline", "report").get_plotlyjs()
    style = _read("page.css")
    script = "(() => {\n'use strict';\n" + "\n".join(_read(f"{name}.js") for name in _SCRIPTS) + "})();\n"
    filling = {
        # the empty style is Plotly's own element, which it fills through the CSSOM
        "policy": _page.policy([script, library], [style, ""]),
        "title": escape(title),
        "made": escape(f"{made:%Y-%m-%d %H:%M} UTC by tfface {__version__}"),
        "style": style,
        "script": script,
        "data": _page.pack(json.dumps(data, allow_nan=False).encode()),
        "columns": _page.pack(columns),
        "library": _page.pack(library.encode()),
    }
    return _page.fill(_read("page.html"), filling)


def _read(name: str) -> str:
    return (resources.files(__package__) / "page" / name).read_text(encoding="utf-8")
