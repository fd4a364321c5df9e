"""What the tests of the open page do again and again."""

import json

import pytest

from ..browser import CHROMIUM, Browser

needs_chromium = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]
HOSTILE = "</script><img src=x onerror=\"document.title='hacked'\"> \u202eמודל \"'` ${1} %{x} " + "very long " * 30


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
