"""The documentation site: every page is in the nav, and what is made from other files is in step with them."""

import importlib.util
import json
import re
from fnmatch import fnmatch

import pytest
import yaml
from package import ROOT

DOCS = ROOT / "docs"


def script(name):
    spec = importlib.util.spec_from_file_location(name, DOCS / "make" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def entries(nav):
    """The files and patterns (`losses/*.md`) of a nav, however deep."""
    if isinstance(nav, str):
        return [nav]
    return [found for entry in (nav.values() if isinstance(nav, dict) else nav) for found in entries(entry)]


# The rest of mkdocs.yml has a tag that calls mkdocs.
NAV = entries(yaml.safe_load(re.search(r"^nav:\n(.*?)^theme:", (ROOT / "mkdocs.yml").read_text(), re.M | re.S)[1]))


def test_nav_names_what_exists_once():
    assert len(NAV) == len(set(NAV)) > 30
    files = [entry for entry in NAV if "*" not in entry]
    assert [file for file in files if not (DOCS / file).exists() and not (ROOT / file).exists()] == []


def test_every_page_is_in_the_nav():
    pages = [page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")]
    assert [page for page in pages if not any(fnmatch(page, entry) for entry in NAV)] == []


def test_reference_has_every_public_name():
    pages = script("reference").pages()
    written = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "reference").glob("*.md")}
    assert written.keys() == {*pages, "index.md"}
    different = [name for name, text in pages.items() if written[name] != text]
    assert different == [], "python docs/make/reference.py"


NOTEBOOKS = script("notebooks")


@pytest.mark.parametrize("name", NOTEBOOKS.PAGES)
def test_notebooks_are_their_pages(name):
    written = (DOCS / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    assert written == NOTEBOOKS.notebook(name), "python docs/make/notebooks.py"
    code = ["".join(cell["source"]) for cell in json.loads(written)["cells"] if cell["cell_type"] == "code"]
    page = (DOCS / "how-to" / f"{name}.md").read_text(encoding="utf-8")
    assert len(code) == page.count("```python\n")
    for cell in code:
        compile(cell, name, "exec")
