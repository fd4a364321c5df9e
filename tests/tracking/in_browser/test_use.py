"""The comparison page as it is used: by mouse and keyboard, on paper, saved, left open; in a headless Chromium."""

import csv
import io

import pytest
from PIL import Image

from tfface.tracking import compare

from .steps import needs_chromium, saved, see, see_all, shown, texts

pytestmark = needs_chromium


def test_what_is_chosen_is_in_the_address_and_survives_a_reload(page, path):
    page.open(path)
    page.click("#runs tbody tr:nth-child(2) input")
    page.click("#runs tbody tr:nth-child(4) .pin")
    page.click("#curves input[type=checkbox]")
    chosen = page.run("location.hash.slice(1)")
    assert set(chosen.split("&")) == {"hide=id1", "reference=id3", "log=yes"}
    page.open(path, view=chosen)
    assert page.run("location.hash.slice(1)") == chosen
    assert shown(page)[0] == "margin 3", "the reference comes first"
    assert page.run("document.querySelector('#curves input[type=checkbox]').checked")
    assert texts(page, "#found") == ["5 of 6 runs shown"]
    page.click("#search button")
    assert page.run("location.hash") in ("", "#") and texts(page, "#found") == ["6 of 6 runs shown"]


def test_what_is_shown_is_saved(page, path, folder):
    page.open(path, view="filter=margin%20%3D%200.3")
    see_all(page)
    page.click("#runs .head > .actions > button:last-child")
    rows = list(csv.reader(io.StringIO(saved(folder, "runs.csv").decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Run", "margin 0", "margin 3"]
    assert float(rows[1][rows[0].index("evaluation/lfw/accuracy")]) == pytest.approx(0.93)
    page.click("#curves .buttons button")
    rows = list(csv.reader(io.StringIO(saved(folder, "verification-lfw-accuracy.csv").decode("utf-8-sig"))))
    assert rows[0] == ["run", "run id", "epoch", "verification/lfw/accuracy"] and len(rows) == 1 + 2 * 20
    for section, name in (("rates", "verification"), ("parallel", "parallel")):
        page.run(f"[...document.querySelectorAll('#{section} button')].find((b) => b.textContent === 'PNG').click()")
        picture = Image.open(io.BytesIO(saved(folder, f"{name}.png")))
        assert picture.width > 1000 and len(picture.convert("RGB").getcolors(2**20)) > 20


def test_light_and_dark(page, path):
    page.open(path, dark=True)
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.run(ground) == "rgb(16, 20, 27)"
    line = "document.querySelector('#curves .js-plotly-plot').layout.xaxis.gridcolor"
    dark = page.run(line)
    page.run("document.getElementById('theme').click()")
    page.wait(f"{ground} === 'rgb(245, 246, 248)'")
    assert page.run(line) != dark
    page.run("localStorage.clear()")


def test_paper_is_light_and_has_everything(page, path):
    page.open(path, dark=True)
    page.run("""addEventListener("beforeprint", () => {
      const filled = [...document.querySelectorAll("main > section")].filter((s) => s.querySelector("table, svg, img"));
      Object.assign(window, { theme: document.documentElement.dataset.theme, sections: filled.length });
    })""")
    assert page.pdf().startswith(b"%PDF")
    assert page.run("[window.theme, window.sections]") == ["light", 7]
    assert page.run("document.documentElement.dataset.theme") == "dark"


def test_a_keyboard_reaches_everything(page, path):
    page.open(path)
    focused = "document.activeElement.textContent + '|' + (document.activeElement.getAttribute('aria-label') ?? '')"
    seen = []
    for _ in range(40):
        page.press("Tab")
        seen.append(page.run(focused))
    assert seen[0].startswith("Skip to the content")
    for name in ("Theme: auto", "Curves", "|Filter runs", "|Save the table of runs as CSV", "|Show margin 0"):
        assert any(name in text for text in seen), name
    page.run("document.querySelector('[aria-label=\"Compare with margin 1\"]').focus()")
    page.press("Enter", text="\r")
    assert page.run("location.hash") == "#reference=id1"
    assert page.run("document.activeElement.ariaLabel") == "Compare with margin 1", "the keyboard's place was lost"


def test_a_picture_is_enlarged_and_the_next_is_an_arrow_away(page, path):
    page.open(path)
    see(page, "pictures")
    page.run("document.querySelector('#pictures button').focus()")
    page.press("Enter", text="\r")
    assert page.run("document.querySelector('dialog img').alt") == "figures/angles of margin 0"
    page.press("ArrowRight")
    assert page.run("document.querySelector('dialog img').alt") == "figures/angles of margin 1"
    page.press("Escape")
    page.wait("!document.querySelector('dialog')")


def test_everything_has_a_name_for_a_screen_reader(page, path):
    page.open(path)
    see_all(page)
    nodes = page.send("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "checkbox", "combobox", "searchbox", "slider", "image", "img", "link", "table", "region"}
    named = {role: [] for role in roles}
    for node in nodes:
        if not node.get("ignored") and node["role"]["value"] in roles:
            named[node["role"]["value"]].append(node.get("name", {}).get("value", ""))
    assert len(named["checkbox"]) > 6 and len(named["image"]) > 6 and named["table"]
    assert not {role: names for role, names in named.items() if "" in names}


def test_a_page_that_is_watched_loads_itself_anew_where_it_was(page, runs, folder):
    path = compare(runs[:2], folder / "live.html", refresh=0.5)
    page.open(path, view="log=yes")
    assert "following" in texts(page, "#live .quiet")[0]
    page.run("scrollTo(0, 300)")
    compare(runs, path, refresh=0.5)
    page.wait("document.querySelectorAll('#runs tbody tr').length === 6", 20)
    page.wait("document.documentElement?.dataset.ready === 'true'")
    assert page.run("location.hash") == "#log=yes"
    assert page.run("scrollY") == 300
    compare(runs, path)
    page.wait("!!document.documentElement?.dataset.ready && !document.querySelector('#live').childElementCount", 20)
