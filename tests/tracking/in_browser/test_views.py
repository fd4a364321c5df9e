"""The views of the comparison page, in a headless Chromium without a network."""

import re

import pytest

from .steps import HOSTILE, needs_chromium, see, see_all, shown, texts, type_filter

pytestmark = needs_chromium


@pytest.mark.parametrize("width", [1280, 390])
def test_all_sections_are_there_and_fit(page, path, width):
    page.open(path, width=width)
    assert texts(page, "main > section:not([hidden]) h2") == [
        "Runs", "Curves", "Side by side", "Parallel coordinates", "Scatter", "ROC and DET", "Pictures",
    ]  # fmt: skip
    see_all(page)
    assert page.run("document.documentElement.scrollWidth") == width
    assert shown(page)[:2] == ["margin 0", "margin 1"]
    assert page.run("document.querySelectorAll('img').length") == 6
    assert "0.4 %" not in texts(page, "#runs tbody tr:nth-child(1) td")


def test_results_come_with_their_intervals(page, path):
    page.open(path)
    (title,) = page.run(
        "[...document.querySelectorAll('#runs tbody tr:first-child td[title^=\"95\"]')].map((node) => node.title)"
    )
    assert title == "95 % interval 92.0–94.0 %"
    assert "93.0 %± 0.5" in texts(page, "#runs tbody tr:first-child td")
    assert len(texts(page, "#runs td.best")) == 2


def test_the_filter_narrows_every_view(page, path):
    page.open(path)
    type_filter(page, "margin >= 0.4 status = finished")
    assert shown(page) == ["margin 1", "margin 4", HOSTILE[:8]]
    assert texts(page, "#found") == ["3 of 6 runs shown"]
    assert page.run("document.querySelectorAll('#curves .chip.run').length") == 3
    type_filter(page, "nonsense > 3")
    assert texts(page, "#found") == ["No run has nonsense"]


def test_columns_are_chosen_and_sorted(page, path):
    page.open(path)
    page.run("document.querySelector('#runs .menu').open = true")
    page.wait("!!document.querySelector('#runs .options input')")
    page.run("document.querySelector('#runs [data-key=\"data/source\"]').click()")
    assert "Source" in texts(page, "#runs thead th")[-1]
    page.run("document.querySelector('[data-focus=\"sort evaluation/lfw/accuracy\"]').click()")
    assert page.run("document.querySelector('[aria-sort=descending]').textContent") == "Accuracy"
    assert shown(page)[0] == HOSTILE[:8]
    page.run("document.querySelector('[data-focus=\"sort name\"]').click()")
    assert shown(page)[1:] == [f"margin {i}" for i in range(5)]


def test_side_by_side_says_what_differs_and_by_how_much(page, path):
    page.open(path, view="reference=id0&filter=%22margin%20%22")
    see(page, "sides")
    lines = page.run(
        "[...document.querySelectorAll('#sides tr:not(.group)')].map((r) => [...r.cells].map((c) => c.textContent))"
    )
    rows = {name: second for name, _, second, *_ in lines}
    assert rows["loss / margin"] == "0.4+0.1 (+33 %)"
    assert rows["Accuracy"].replace("\u202f", " ") == "94.1 %± 0.5+1.1 (better)"
    assert rows["EER"].endswith("−1.1 (better)")
    assert "source" not in rows
    page.click("#sides input")
    assert "source" in texts(page, "#sides tbody th.path")


def test_curves_are_smoothed_grouped_and_shown_over_time(page, path):
    def panel(field):
        return page.run(f"document.querySelector('#curves .js-plotly-plot').{field}")

    page.open(path)
    assert panel("data.length") == 6
    page.run("[...document.querySelectorAll('#curves .segments button')].find((b) => b.textContent === 'step').click()")
    assert panel("data[0].x").count(50) == 1 and panel("layout.xaxis.title.text").strip("\u2068\u2069") == "step"
    page.run("(s => { s.value = 0.6; s.dispatchEvent(new Event('input')); })(document.querySelector('[type=range]'))")
    assert panel("data.length") == 12 and "smoothing=0.6" in page.run("location.hash")
    page.open(path, view="group=model%2Floss%2Fmargin&axis=time&log=yes")
    assert panel("data.length") == 3 * 3, "a mean and the two ends of its band for each margin"
    assert panel("layout.yaxis.type") == "log"
    assert [text[:17] for text in texts(page, "#curves .chip:not(.metric)")] == [
        "loss / margin 0.3", "loss / margin 0.4", "loss / margin 0.5",
    ]  # fmt: skip


def test_dragging_along_an_axis_filters(page, path):
    page.open(path, view="axes=model%2Floss%2Fmargin&axes=evaluation%2Flfw%2Faccuracy", height=1200)
    see(page, "parallel")
    box = page.run("document.querySelector('#parallel .hold').getBoundingClientRect().toJSON()")
    x, top = box["x"] + box["width"] / 2, box["y"]
    page.drag(x, top + 2, top + box["height"] * 0.7)
    said = page.run("document.getElementById('filter').value")
    assert re.fullmatch(r"model/loss/margin >= 0\.3\d+ model/loss/margin <= 0\.5", said)
    assert shown(page) == ["margin 1", "margin 2", "margin 4", HOSTILE[:8]]
    page.drag(x, top + 50, top + 50)
    assert len(shown(page)) == 6


def test_verification_curves_are_overlaid(page, path):
    page.open(path, view="rate=det")
    see(page, "rates")
    plot = "document.querySelector('#rates .js-plotly-plot')"
    for label, axis, lines in (("DET", "log", 6), ("ROC", "linear", 6), ("scores", "linear", 12)):
        page.run(f"[...document.querySelectorAll('#rates button')].find((b) => b.textContent === '{label}').click()")
        page.wait(f"{plot}._fullLayout.yaxis.type === '{axis}' && {plot}.data.length === {lines}")
