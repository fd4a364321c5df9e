"""The page of an evaluation in a browser: it draws, fits a telephone, loads nothing, and trusts no name."""

import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from tfface import evaluation as judge
from tfface.serving import Evaluation, write_report

sys.path.insert(0, str(Path(__file__).parents[1] / "tracking"))
from browser import CHROMIUM, Browser

HOSTILE = "<img src=x onerror=alert(1)>"
LABELS = np.repeat(np.arange(10), 4)
EMBEDDINGS = np.random.default_rng(0).normal(size=(10, 8))[LABELS] + np.random.default_rng(1).normal(size=(40, 8))


def evaluation(**others):
    first, second = np.triu_indices(40, 1)
    verified = judge.verification(EMBEDDINGS[first], EMBEDDINGS[second], LABELS[first] == LABELS[second])
    ages = np.where(LABELS < 5, HOSTILE, "old")
    results = {
        f"verification {HOSTILE}": verified.marked(judge.Fingerprint(data="abc", flip="sum")),
        "calibration": judge.calibration(1 - verified.pairs.distances / 2, verified.pairs.same),
        "retrieval": judge.retrieval(EMBEDDINGS, LABELS),
        "clustering": judge.clustering(EMBEDDINGS, LABELS),
        "by age": judge.verification_by_group(verified, ages[np.stack([first, second], axis=1)]),
        "open set": judge.open_set(EMBEDDINGS[:20:4], range(5), EMBEDDINGS[1::4], range(10), far=[0.3]),
    }
    return Evaluation(HOSTILE, f"models/{HOSTILE}", results, [f"{HOSTILE}: cannot be decoded"], **others)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_the_page_in_a_browser(tmp_path):
    page = write_report(evaluation(), tmp_path / "out" / "page.html")
    browser = Browser(tmp_path)
    try:
        for width in (1280, 390):
            browser.open(page, width=width)
            assert browser.run("document.documentElement.scrollWidth") == width
            assert browser.run("document.querySelectorAll('.plot .main-svg').length") > 0
        text = browser.run("document.body.innerText")
        assert HOSTILE in text and "1 images were left out" in text and "95 % interval" in text
        assert browser.run("document.querySelectorAll('img').length") == 0
        plots = browser.run("document.querySelectorAll('.plot').length")
        assert plots == 3 + 1 + 1 + 1 + 2 + 2
        assert browser.run("[...document.querySelectorAll('.plot')].every((plot) => plot.querySelector('.main-svg'))")
        # Plotly brings styles for maps, which the page's policy refuses
        assert not [line for line in browser.complaints if "inline style" not in line]
        assert not [url for url in browser.requests if not url.startswith(("file:", "data:", "blob:", "about:"))]
    finally:
        browser.close()


def test_only_its_owner_reads_a_page_with_faces(tmp_path):
    modes = {}
    for pictures in ({}, {"hardest pairs": b"png"}):
        page = write_report(evaluation(pictures=pictures), tmp_path / f"{len(pictures)}.html")
        modes[len(pictures)] = stat.S_IMODE(page.stat().st_mode)
    assert modes[1] == 0o600 and modes[0] & 0o600 == 0o600


def test_a_page_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="output: expected a file that can be written"):
        write_report(evaluation(), tmp_path / "file" / "page.html")
