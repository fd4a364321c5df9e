"""Parts of the page of a sweep: text only ever becomes text, so that a label is never taken for HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from .pictures import Picture
from .tables import Table


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph."""
    return f'<p class="{kind}">{_sentence(text)}</p>' if kind else f"<p>{_sentence(text)}</p>"


def bullets(title: str, lines: Iterable[str]) -> str:
    """A list below its title; nothing where there are no lines."""
    items = "".join(f"<li>{_sentence(line)}</li>" for line in lines)
    return f"<div><h3>{escape(title)}</h3><ul>{items}</ul></div>" if items else ""


def section(title: str, *parts: str) -> str:
    """A card of the page; nothing where it has no parts."""
    content = "\n".join(filter(None, parts))
    return f'<section class="card">\n<h2>{escape(title)}</h2>\n{content}\n</section>' if content else ""


def figure(picture: Picture) -> str:
    """A picture below its title."""
    return f"<figure><figcaption>{escape(picture.title)}</figcaption>{picture.svg.inline()}</figure>"


def alone(picture: Picture | None, kind: str = "single") -> str:
    """A picture whose card says what it is; a `wide` one is scrolled where the screen is narrow."""
    focus = ' tabindex="0"' if kind == "wide" else ""
    return f'<div class="{kind}"{focus}>{picture.svg.inline()}</div>' if picture else ""


def grid(kind: str, figures: Iterable[str]) -> str:
    """Pictures beside each other; nothing where there are none."""
    content = "".join(figures)
    return f'<div class="{kind}">{content}</div>' if content else ""


def table(content: Table, chosen: str | None = None) -> str:
    """A table, scrolled where the screen is narrow; nothing where it has no rows.

    Args:
        content: what is in it.
        chosen: first cell of the row that stands out.
    """
    if not content.rows:
        return ""
    kinds = ["number" if place >= content.numbers else "" for place in range(len(content.columns))]
    head = "".join(_cell("th", name, kind, ' scope="col"') for name, kind in zip(content.columns, kinds, strict=True))
    body = []
    for row in content.rows:
        first, *others = (
            _cell("td" if place else "th", text, kind, "" if place else ' scope="row"')
            for place, (text, kind) in enumerate(zip(row, kinds, strict=True))
        )
        body.append(f"<tr{' class=choice' if row[0] == chosen else ''}>{first}{''.join(others)}</tr>")
    made = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    return f'<div class="scroll" tabindex="0">{made}</div>'


def folded(title: str, content: str) -> str:
    """What is shown when its title is pressed; nothing where there is no content."""
    return f"<details><summary>{escape(title)}</summary>{content}</details>" if content else ""


def pairs(values: Mapping[str, str]) -> str:
    """Names with their values."""
    parts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in values.items())
    return f"<dl>{parts}</dl>" if parts else ""


def verbatim(text: str) -> str:
    """Text as it was written."""
    return f"<pre>{escape(text)}</pre>" if text else ""


def link(name: str, said: str) -> str:
    """A link to a file beside the page."""
    return f'<a href="{escape(name)}">{escape(said)}</a>'


def _cell(tag, text, kind, more=""):
    return f"<{tag}{more}{f' class={kind}' if kind else ''}>{escape(text)}</{tag}>"


def _sentence(text):
    """A number stays on one line with its sign."""
    return escape(text).replace(" %", "\N{NO-BREAK SPACE}%")
