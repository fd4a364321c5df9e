"""The page of an evaluation: one HTML file with everything inside, that opens without a server or a network."""

from __future__ import annotations

import base64
import json
import os
from datetime import datetime, timezone
from html import escape
from importlib import resources
from pathlib import Path

from .. import _page, _whole
from .._extras import require
from .._version import __version__
from .charts import charts_of
from .evaluated import Evaluation


def write_report(evaluation: Evaluation, output: str | os.PathLike[str] = "evaluation.html") -> Path:
    """Writes a page with a table of all figures and their intervals, the curves, and what was measured on what.

    Nothing is loaded from elsewhere: the page's Content-Security-Policy allows its own script and style only, by their
    hashes. There are faces on it only if the evaluation has pictures of them; then only its owner can read it (0600).

    Args:
        evaluation: from `evaluate_pairs`, `evaluate_people` or `evaluate_ijb`.
        output: the file to write; its folder is made if need be.

    Returns:
        The path of the page.

    Raises:
        ValueError: `output` cannot be written.
        ImportError: the `report` extra is not installed.

    Example:
        >>> evaluation = tfface.serving.evaluate_people(tfface.serving.Embedder("model.keras"), faces)
        >>> write_report(evaluation, "evaluation.html").name
        'evaluation.html'
    """
    library = require("plotly.offline", "report").get_plotlyjs()
    style, script = _read("evaluation.css"), f"(() => {{\n'use strict';\n{_read('evaluation.js')}}})();\n"
    made = datetime.now(timezone.utc)
    title = f"{Path(evaluation.model).name} on {Path(evaluation.name).name}"
    filling = {
        # the empty style is Plotly's own element, which it fills through the CSSOM
        "policy": _page.policy([script, library], [style, ""]),
        "title": escape(title),
        "made": escape(f"made {made:%Y-%m-%d %H:%M} UTC by tfface {__version__}"),
        "style": style,
        "script": script,
        "data": _page.pack(json.dumps(_data(evaluation), allow_nan=False).encode()),
        "library": _page.pack(library.encode()),
    }
    path = Path(output)
    _whole.write(path, _page.fill(_read("evaluation.html"), filling), 0o600 if evaluation.pictures else 0o666)
    return path


def _data(evaluation):
    rows = {name: [] for name in evaluation.results}
    for protocol, figure, value, low, high in evaluation.rows():
        rows[protocol].append([figure, value, low, high])
    return {
        "model": evaluation.model,
        "set": evaluation.name,
        "skipped": evaluation.skipped[:1000],
        "left_out": len(evaluation.skipped),
        "pictures": {title: base64.b64encode(png).decode() for title, png in evaluation.pictures.items()},
        "protocols": [
            {
                "name": name,
                "said": repr(result).partition("; ")[2].rstrip(")"),
                "rows": rows[name],
                "charts": charts_of(result),
                "fingerprint": result.fingerprint.to_dict() if result.fingerprint else {},
            }
            for name, result in evaluation.results.items()
        ],
    }


def _read(name: str) -> str:
    return (resources.files(__package__) / "page" / name).read_text(encoding="utf-8")
