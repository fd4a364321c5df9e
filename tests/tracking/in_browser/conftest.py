"""A comparison of six runs, one of them hostile, open in a browser; the tests of the page share it."""

import json
import re
from array import array
from datetime import datetime, timezone

import pytest
from PIL import Image

from tfface.tracking import RunRecord, Series, compare

from ..browser import Browser
from .steps import HOSTILE

START = 1_790_000_000
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
