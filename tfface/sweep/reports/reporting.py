"""The report of a sweep: a page, tables as CSV, and the comparison of its runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timezone
from html import escape
from importlib import resources
from pathlib import Path

from ... import _page, _whole
from ..._version import __version__
from ...tracking import compare, read_runs
from .answer import Answer, answer
from .csv_files import write_results, write_summary
from .figures.svg import dress
from .sections import sections
from .tables import Table, short_table
from .verdict import Verdict

PAGE, COMPARE = "index.html", "compare.html"


@dataclass(frozen=True)
class Report:
    """What was written about a sweep, and what it says.

    Attributes:
        path: of the page.
        table: the settings, the best first, as texts; the page has more columns.
        verdict: what we would use and why, and how sure.
        missing: how many cells are not done.
    """

    path: Path
    table: Table
    verdict: Verdict
    missing: int


def report(folder: str | os.PathLike[str], metric: str = "accuracy", title: str | None = None) -> Report:
    """Says which loss a sweep speaks for, as far as it has come; writes a page, CSV files and the runs side by side.

    `index.html` is one file with everything inside; nothing is loaded from elsewhere. `results.csv` has a row a cell,
    `summary.csv` a row a setting; `compare.html` compares the tracked runs, if there are any and the `report` extra is
    installed. Reasons of cells that failed may name files: they are on the page.

    Args:
        folder: of the sweep.
        metric: what to compare by: `"accuracy"`, `"auc"`, `"eer"` or `"tar@0.01"`.
        title: of the page; None for the name of the folder.

    Raises:
        ValueError: it is no folder of a sweep, a file in it is not what it should be, or there is no such figure.

    Example:
        >>> report("sweep").verdict.headline  # doctest: +SKIP
        'We would use arcface.'
    """
    found = answer(folder, metric)
    folder = found.gathered.folder
    beside = [write_results(found.gathered).name, write_summary(found.gathered, found.summaries).name]
    beside += _compared(folder)
    _whole.write(folder / PAGE, _made(found, title or f"Sweep {folder.resolve().name}", beside))
    table = short_table(found.gathered, found.main)
    return Report(folder / PAGE, table, found.verdict, len(found.gathered.missing))


def _compared(folder: Path) -> list[str]:
    try:
        runs = read_runs(folder)
        return [compare(runs, folder / COMPARE, f"Runs of {folder.resolve().name}").name] if runs else []
    except ImportError:
        return []  # the page says all that matters without it


def _made(found: Answer, title: str, beside: list[str]) -> str:
    style, script = dress() + _read("page.css"), _read("page.js")
    cells = len(found.gathered.outcomes), len(found.gathered.cells)
    made = (
        f"{cells[0]} of {cells[1]} cells · made {datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC by tfface {__version__}"
    )
    filling = {
        "policy": _page.policy([script], [style]),
        "title": escape(title),
        "made": escape(made),
        "style": style,
        "script": script,
        "sections": "\n".join(sections(found, beside)),
    }
    return _page.fill(_read("page.html"), filling)


def _read(name: str) -> str:
    return (resources.files(__package__) / "page" / name).read_text(encoding="utf-8")
