"""Writes docs/notebooks, the first how-to pages as notebooks: python docs/make/notebooks.py

Python blocks become cells to run; all else stays text. Outputs are left out: they differ from machine to machine.
"""

import json
import re
from pathlib import Path

DOCS = Path(__file__).parents[1]
PAGES = ("train-on-my-folder", "insightface-sets", "choose-a-loss")
CODE = re.compile(r"^```python\n(.*?)^```\n?", re.MULTILINE | re.DOTALL)
SIBLING = re.compile(r"(\]\()(?![a-z]+:|\.\./|#)")
ABOUT = 'Made from the page [{name}](../how-to/{name}.md). It needs `pip install "tfface[demo]"`.\n'


def cells(text):
    """(kind, text) of each cell of a page: what `split` leaves between blocks is text, the blocks are code."""
    for number, part in enumerate(CODE.split(text)):
        if number % 2:
            yield "code", part.strip()
        elif part.strip():
            yield "markdown", SIBLING.sub(r"\1../how-to/", part.strip())  # the notebook lies in another folder


def cell(number, kind, text):
    source = text.splitlines(keepends=True)
    run = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, **run, "source": source}


def notebook(name):
    """The text of a page's notebook."""
    page = (DOCS / "how-to" / f"{name}.md").read_text(encoding="utf-8")
    title, rest = page.split("\n", 1)
    parts = [*cells(f"{title}\n\n{ABOUT.format(name=name)}{rest}")]
    content = {
        "cells": [cell(number, *part) for number, part in enumerate(parts)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name in PAGES:
        (DOCS / "notebooks" / f"{name}.ipynb").write_text(notebook(name), encoding="utf-8")
