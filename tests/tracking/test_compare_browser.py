"""The comparison page in a headless Chromium without a network, as a mouse and a keyboard meet it."""

import csv
import io
import json
import re
from array import array
from datetime import datetime, timezone

import pytest
from PIL import Image

from tfface.tracking import RunRecord, Series, compare

from .browser import CHROMIUM, Browser

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]
START = 1_790_000_000
HOSTILE = "</script><img src=x onerror=\"document.title='hacked'\"> \u202eמודל \"'` ${1} %{x} " + "very long " * 30
# the library brings a style for maps, which the page does not allow and has no use for
HARMLESS = re.compile("Applying inline style violates .*'style-src ")


def curve(values, every=1):
    steps = [every * (i + 1) for i in range(len(values))]
    return Series(array("d", steps), array("d", values), array("d", [START + 10 * step for step in steps]))


def record(folder, i, name):
    margin, epochs = (0.3, 0.4, 0.5)[i % 3], range(1, 21)
    directory = folder / f"run{i}"
    directory.mkdir()
    rates = {
        "roc": {"far": [0.001, 0.01, 0.1, 1], "tar": [0.5 + margin / 2, 0.8 + margin / 4, 0.95, 1]},
        "scores": {kind: {"edges": [0, 0.5, 1], "counts": [2, 1]} for kind in ("genuine", "impostor")},
    }
    (directory / "curves.json").write_text(json.dumps(rates))
    Image.new("RGB", (640, 480), (40 * i, 90, 160)).save(directory / "angles.png")
    accuracy = 0.9 + margin / 10 + i / 1000
    return RunRecord(
        f"id{i}", name, directory, "diverged" if i == 2 else "finished", "loss is NaN" if i == 2 else "",
        datetime.fromtimestamp(START + i, timezone.utc), tags=("sweep",),
        parameters={
            "model/loss/type": "ArcFace", "model/loss/margin": margin, "fit/seed": i // 3, "data/source": "casia",
            "constructor" if i == 1 else "model/seed": 1,
            "model/notes": HOSTILE if i == 5 else "", f"model/{HOSTILE[:60]}": "x" if i == 5 else "y",
            "evaluation/lfw/accuracy": accuracy, "evaluation/lfw/accuracy_std": 0.005,
            "evaluation/lfw/eer": 1 - accuracy,
            "evaluation/lfw/interval/accuracy/low": accuracy - 0.01,
            "evaluation/lfw/interval/accuracy/high": accuracy + 0.01,
        },
        series={
            "train/epoch/loss": curve([(8 - margin) / epoch for epoch in epochs]),
            "train/epoch/iterations": curve([50 * epoch for epoch in epochs]),
            "train/epoch/loss_nonfinite": curve([0.0] if i == 2 else []),
            "toString" if i == 1 else "train/epoch/accuracy": curve([0.5]),
            "verification/lfw/accuracy": curve([accuracy - 0.3 / epoch for epoch in epochs]),
        },
        files={
            "evaluation/lfw/curves": str(directory / "curves.json"),
            "figures/angles": str(directory / "angles.png"),
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def runs(folder):
    return [record(folder, i, HOSTILE if i == 5 else f"margin {i}") for i in range(6)]


@pytest.fixture(scope="module")
def path(runs, folder):
    return compare(runs, folder / "compare.html", title=HOSTILE)


@pytest.fixture(scope="module")
def browser(folder):
    browser = Browser(folder)
    yield browser
    browser.close()


@pytest.fixture
def page(browser):
    """The browser; afterwards, nothing may have gone wrong."""
    browser.complaints.clear()
    yield browser
    assert not [text for text in browser.complaints if not HARMLESS.match(text)]
    assert not [url for url in browser.requests if not url.startswith(("file:", "data:", "blob:", "about:"))]
    assert browser.run("document.title").endswith("· tfface"), "a run's name was taken for HTML"


def texts(page, selector):
    return page.run(f"[...document.querySelectorAll({json.dumps(selector)})].map((node) => node.textContent)")


def shown(page):
    """Names of the runs in the table."""
    return [name[:8] for name in texts(page, "#runs tbody th bdi")]


def type_filter(page, text):
    page.run("document.getElementById('filter').focus(), document.getElementById('filter').select()")
    page.send("Input.insertText", text=text)
    page.wait(f"new URLSearchParams(location.hash.slice(1)).get('filter') === {json.dumps(text)}")


def saved(folder, name):
    file = folder / name
    Browser._until(lambda: file.exists() and file.stat().st_size, 30)
    content = file.read_bytes()
    file.unlink()
    return content


def see(page, section):
    """Scrolls to a section and waits until it is drawn."""
    page.run(f"document.getElementById('{section}').scrollIntoView()")
    page.wait(f"!!document.querySelector('#{section} :is(.main-svg, .scroll, img)')")


def see_all(page):
    """Scrolls through the page, so that every section is drawn."""
    for section in ("curves", "sides", "parallel", "scatter", "rates", "pictures"):
        see(page, section)


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
