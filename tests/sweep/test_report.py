"""The files that a report writes: page, CSV, Markdown and pictures."""

import csv
import re
import xml.etree.ElementTree as ElementTree

import pytest

from tfface.sweep import report, write_markdown

from ..tracking.browser import CHROMIUM, Browser
from .synthetic import SEPARATION, write_sweep

HOSTILE = "x</script><script>alert(1)</script><img src=x>|`\N{RIGHT-TO-LEFT OVERRIDE}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    losses, folder = {**SEPARATION, HOSTILE: 0.9}, tmp_path_factory.mktemp("hostile")
    (folder / "command.txt").write_text("tfface sweep /srv/anna/faces.yaml\n")
    return write_sweep(
        folder, losses, identities=(10, 50), lost=[("triplet", 1)],
        missing=[("cosface m=0.35", 2)], points=40,
    )  # fmt: skip


@pytest.fixture(scope="module")
def written(folder):
    return report(folder, title="A sweep <b>")


@pytest.fixture(scope="module")
def page(written):
    return written.path.read_text(encoding="utf-8")


def test_says_what_is_on_the_page(written, page):
    assert written.missing == 2 and written.table.columns[0] == "setting" and len(written.table.rows) == 5
    assert written.verdict.headline in page
    titles = re.findall("<h2>(.*?)</h2>", page)
    assert titles == [
        "What we would use and why, and how sure", "2 cells still to come", "Ranking", "Average ranks",
        "Gain by number of people", "Curves", "Convergence, stability, cost", "Embeddings of people never trained on",
        "Cells that did not finish", "How it was measured",
    ]  # fmt: skip
    assert "loss is not finite after epoch 2" in page and "budget: {epochs: 8}" in page


def test_nothing_runs_or_loads_but_its_own(page):
    policy = re.search('Content-Security-Policy" content="(.*?)"', page)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-") and "unsafe" not in policy
    assert page.count("<script") == 1 and page.count("<style") == 1 and "alert(1)</script>" not in page
    assert not re.search(r"(src|href)=\"?(https?:)?//", page) and " style=" not in page and " onload=" not in page


def test_every_picture_is_well_formed(page):
    pictures = re.findall("<svg .*?</svg>", page, re.DOTALL)
    assert len(pictures) == 7 + 5
    for picture in pictures:
        assert ElementTree.fromstring(picture).get("aria-label")
        assert "nan" not in picture.lower().replace(HOSTILE, "")


def test_csv_has_a_row_a_cell_and_a_row_a_setting(folder, written):
    with (folder / "results.csv").open(newline="", encoding="utf-8") as file:
        cells = list(csv.DictReader(file))
    assert len(cells) == 5 * 3 * 2
    status = {(row["label"], row["seed"], row["identities"]): row["status"] for row in cells}
    assert status["cosface m=0.35", "2", "10"] == "missing" and status["triplet", "1", "50"] == "diverged"
    done = next(row for row in cells if row["status"] == "finished")
    assert 0.5 < float(done["accuracy"]) < 1 and float(done["processor_seconds"]) > 0 and done["epochs_to_95"]
    with (folder / "summary.csv").open(newline="", encoding="utf-8") as file:
        settings = list(csv.DictReader(file))
    assert len(settings) == 5 * 2
    row = next(row for row in settings if row["label"] == "arcface m=0.5" and row["identities"] == "50")
    assert float(row["low"]) < float(row["mean"]) < float(row["high"]) and float(row["gain"]) > 0


def test_markdown_has_figures_and_numbers_only(folder, tmp_path):
    path = write_markdown(folder, tmp_path / "docs" / "sweep.md", title="Faces")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Faces\n\n**") and "## Ranking" in text
    shown = re.findall(r"\]\((images/sweep-[\w-]+\.svg)\)", text)
    assert len(shown) == 7 + 5 and len(set(shown)) == len(shown)
    assert {path.name for path in (tmp_path / "docs" / "images").iterdir()} == {name[7:] for name in shown}
    for name in shown:
        ElementTree.parse(tmp_path / "docs" / name)
    assert "<script" not in text.split("```")[0] and "not finite after" not in text and str(folder) not in text
    assert "| command | tfface sweep faces.yaml |" in text and "anna" not in text
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1, table


def test_paths_in_the_command_lose_their_folders():
    from tfface.sweep.reports.markdown import _without_paths

    assert _without_paths("tfface sweep /home/a/b.yaml --data=/srv/faces/x -o out/c") == (
        "tfface sweep b.yaml --data=x -o out/c"
    )


def test_a_sweep_without_anything_done_has_a_page_too(tmp_path):
    found = report(write_sweep(tmp_path, {"softmax": 1.0}, missing=[("softmax", seed) for seed in range(3)]))
    assert found.missing == 3
    assert "Nothing can be said yet" in found.path.read_text(encoding="utf-8")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.xdist_group("browser")
def test_in_a_browser(written, tmp_path):
    browser = Browser(tmp_path)
    try:
        for width, dark in ((1280, False), (390, True)):
            browser.open(written.path, width=width, dark=dark)
            assert browser.run("document.documentElement.scrollWidth") == width, (
                "the page must not be scrolled sideways"
            )
            ground = browser.run("getComputedStyle(document.body).backgroundColor")
            assert ground == ("rgb(16, 20, 27)" if dark else "rgb(245, 246, 248)")
        line = "document.querySelector('.line.s0')"
        browser.run(
            f"{line}.querySelector('title, line').dispatchEvent(new MouseEvent('mouseover', {{bubbles: true}}))"
        )
        assert browser.run("document.querySelectorAll('.line.faded').length") > 10
        assert not browser.run(f"{line}.classList.contains('faded')")
        assert browser.run("document.title") == "A sweep <b> · tfface"
        assert browser.complaints == []
        assert [url for url in browser.requests if not url.startswith(("file:", "about:"))] == []
    finally:
        browser.close()
