"""The comparison page: one HTML file with everything inside, that opens without a server or a network."""

import base64
import gzip
import hashlib
import json
import os
from collections.abc import Sequence
from datetime import datetime, timezone
from html import escape
from importlib import resources
from pathlib import Path

from .._extras import require
from .._version import __version__
from .page_data import page_data
from .reader import read_runs
from .records import RunRecord

_SCRIPTS = ["dom", "format", "state", "axes", "curves", "table", "results", "differences", "runs", "theme", "main"]


def compare(
    runs: Sequence[RunRecord] | str | os.PathLike,
    output: str | os.PathLike = "compare.html",
    title: str = "Run comparison",
) -> Path:
    """Writes a page that shows runs side by side: results, curves, and the settings that differ.

    Everything is inside the file (2 MB, most of it Plotly, which the `plotly` package bundles and the page
    unpacks). Nothing is loaded from elsewhere: the page's Content-Security-Policy allows its own scripts and
    style only, by their hashes. What runs say is data for those scripts, and is only ever shown as text.

    Args:
        runs: from `read_runs`, or the folder to read.
        output: the file to write; its folder is made if need be.
        title: heading of the page.

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
    page = _page(page_data(runs), title)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ValueError(
            f"output: expected a file that can be written, got {str(path)!r} ({error.strerror})"
        ) from error
    return path


def _page(data: dict, title: str) -> str:
    made = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    library = require("plotly.offline", "report").get_plotlyjs()
    style = _read("page.css")
    script = "(() => {\n'use strict';\n" + "\n".join(_read(f"{name}.js") for name in _SCRIPTS) + "})();\n"
    # the empty style is Plotly's own element, which it fills through the CSSOM
    policy = (
        f"default-src 'none'; script-src {_hash(script)} {_hash(library)}; style-src {_hash(style)} {_hash('')}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    filling = {
        "policy": policy,
        "title": escape(title),
        "made": escape(f"{made} by tfface {__version__}"),
        "style": style,
        "script": script,
        "data": _pack(json.dumps(data, allow_nan=False)),
        "library": _pack(library),
    }
    page = _read("page.html")
    for name, text in filling.items():
        page = page.replace(f"<!--{name}-->", text)
    return page


def _read(name: str) -> str:
    return (resources.files(__package__) / "page" / name).read_text(encoding="utf-8")


def _pack(text: str) -> str:
    """Compressed and in base64: a third of the size, and free of anything HTML could take for a tag."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
