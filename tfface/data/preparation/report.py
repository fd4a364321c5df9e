"""What became of every photograph: a table for programs, and a page for people."""

from __future__ import annotations

import csv
import html
import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from ..faults import printable
from .examine import Finding, encode_thumbnail
from .workspace import REPORT, Workspace

PAGE = "report.html"
_SHOWN = 120  # photographs of a reason; all are in the table
_KEPT = 24
_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
h2 small, p { opacity: .75; font-weight: 400; }
ul.bars { list-style: none; padding: 0; }
ul.bars li { display: grid; grid-template-columns: 9rem 4rem 1fr; gap: .6rem; }
ul.bars span { text-align: right; }
ul.bars i { background: #4a7bd0; border-radius: 3px; height: .8rem; margin: .35rem 0; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(116px, 1fr)); gap: .7rem; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 8px; padding: 8px; font-size: 12px;
  line-height: 1.3; overflow-wrap: anywhere; }
figure > div { display: grid; place-items: center; height: 96px; margin-bottom: 6px; background: var(--soft);
  border-radius: 4px; }
figcaption small { opacity: .7; }
"""
_EXPLAINED = {
    "no face": "no face was found",
    "many faces": "several faces of like size; --several largest takes the largest",
    "too small": "the face is smaller than --min-face",
    "unreadable": "torn, empty, no image, or not to be read",
    "duplicate": "the same pixels as another photograph of this identity, which is kept",
    "two identities": "the same pixels under two identities: who is it? None is kept",
}


def write_report(out: Path, found: Sequence[Finding], names: dict[str, str], space: Workspace) -> Path:
    """Writes the page and then the table, into `out`.

    Args:
        out: the folder of the set.
        found: what became of each photograph.
        names: of those that are kept, by key.
        space: where their faces are.

    Returns:
        The path of the page.
    """
    page = out / PAGE
    _replace(page, _page(found, names, space))
    rows = [
        [printable(text) for text in (f.key, f.dropped or "kept", f.detail, names.get(f.key, ""))]
        for f in sorted(found, key=lambda finding: finding.key)
    ]
    part = out / f"{REPORT}.part"
    with open(part, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("photograph", "outcome", "detail", "face"), *rows])
    os.replace(part, out / REPORT)
    return page


def _page(found: Sequence[Finding], names: dict[str, str], space: Workspace) -> str:
    reasons = defaultdict(list)
    for finding in found:
        if finding.dropped:
            reasons[finding.dropped].append(finding)
    ordered = sorted(reasons.items(), key=lambda item: -len(item[1]))
    counts = [("kept", len(names)), *((reason, len(some)) for reason, some in ordered)]
    bars = "".join(
        f'<li>{reason}<span>{count:,}</span><i style="width:{100 * count / len(found):.2f}%"></i></li>'
        for reason, count in counts
    )
    sections = [_section(reason, _EXPLAINED[reason], some, space) for reason, some in ordered]
    kept = [finding for finding in found if finding.key in names]
    sample = kept[:: -(-len(kept) // _KEPT) or 1]
    sections.append(_section("kept", "aligned, 112×112: some of them", sample, space, len(kept)))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Prepared faces</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style><body>'
        f"<h1>{len(names):,} of {len(found):,} photographs became faces</h1>"
        f'<p>Every photograph is in {REPORT}.</p><ul class="bars">{bars}</ul>{"".join(sections)}</body></html>'
    )


def _section(title: str, explained: str, some: Sequence[Finding], space: Workspace, total: int | None = None) -> str:
    total = len(some) if total is None else total
    shown = some[:_SHOWN]
    more = f", {len(shown)} shown" if len(shown) < total else ""
    figures = "".join(_figure(finding, space) for finding in shown)
    heading = f"<h2>{title}: {total:,} <small>{html.escape(explained)}{more}</small></h2>"
    return f'{heading}<div class="grid">{figures}</div>' if shown else ""


def _figure(finding: Finding, space: Workspace) -> str:
    picture = finding.thumbnail
    if not picture and space.face(finding.key).exists():
        with Image.open(space.face(finding.key)) as face:
            face.thumbnail((96, 96))
            picture = encode_thumbnail(face)
    shown = f'<img src="data:image/jpeg;base64,{picture}" alt="">' if picture else "–"
    key, detail = html.escape(printable(finding.key)), html.escape(printable(finding.detail))
    return f"<figure><div>{shown}</div><figcaption>{key}<br><small>{detail}</small></figcaption></figure>"


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
