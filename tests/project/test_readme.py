"""README and docs keep their promises: code runs, commands parse, recipes load, links lead somewhere."""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest
from package import ROOT

import tfface
from tfface.cli import parser

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
PAGE_IDS = [str(page.relative_to(ROOT)) for page in PAGES]


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    line: int
    text: str


def blocks(page, *languages):
    text = page.read_text(encoding="utf-8")
    for fence in re.finditer(r"^```(\w*)[^\n]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        if fence[1] in languages:
            yield Block(fence[1], text[: fence.start(2)].count("\n"), fence[2])


def commands():
    for page in PAGES:
        for block in blocks(page, "console", "sh", "bash"):
            for line in block.text.splitlines():
                command = line.removeprefix("$ ")
                if block.language != "console" or command != line:
                    yield pytest.param(shlex.split(command, comments=True), id=command.split("#")[0].strip())


def test_readme_has_code_commands_and_links():
    readme = PAGES[0]
    assert len(list(blocks(readme, "python"))) >= 2
    assert sum("tfface" in command.id for command in commands()) >= 4


def test_readme_lists_every_loss_and_has_no_gaps():
    readme = PAGES[0].read_text(encoding="utf-8")
    listed = set(re.findall(r"`(\w+)`", "".join(line for line in readme.splitlines() if line.startswith("| `"))))
    assert set(tfface.losses.names()) <= listed
    assert "<!--" not in readme


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_python_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace = {}
    for block in blocks(page, "python"):
        # Empty lines in front, so that an error points at the line of the page.
        exec(compile("\n" * block.line + block.text, str(page), "exec"), namespace)


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_recipes_load(page, tmp_path):
    for block in blocks(page, "yaml"):
        recipe = tmp_path / "recipe.yaml"
        recipe.write_text(block.text, encoding="utf-8")
        compares = re.search("^losses:", block.text, re.MULTILINE)
        (tfface.sweep.load_sweep if compares else tfface.training.load_recipe)(recipe)


@pytest.mark.parametrize("words", commands())
def test_commands_exist(words):
    program, *arguments = words
    if program == "tfface":
        parser().parse_args(arguments)
    elif program == "make":
        assert all(re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE) for target in arguments)
    elif program == "python":
        assert (ROOT / arguments[0]).is_file()
    else:
        assert program in ("pip", "git", "cd", "source"), f"unknown command {program}"


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=[*PAGE_IDS, "CHANGELOG.md"])
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not re.match(r"https?:", target):
            path, _, heading = target.partition("#")
            file = page.parent / path if path else page
            assert file.exists(), target
            if heading:
                assert heading in anchors(file), target


def anchors(page: Path):
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
