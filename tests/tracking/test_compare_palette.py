"""The colours of the comparison page can be told apart, by colour-blind readers too, on both grounds."""

import itertools
import re
from importlib import resources

import numpy as np
import pytest

# what is left of linear RGB (Machado, Oliveira, Fernandes, 2009, severity 1)
SIGHT = {
    "all": np.eye(3),
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_LMS = [
    [0.41222147, 0.53633254, 0.05144599],
    [0.21190350, 0.68069955, 0.10739696],
    [0.08830246, 0.28171884, 0.62997870],
]
TO_LAB = [
    [0.21045426, 0.79361779, -0.00407205],
    [1.97799850, -2.42859221, 0.45059371],
    [0.02590404, 0.78277177, -0.80867577],
]


def source(name):
    return (resources.files("tfface.tracking") / "page" / name).read_text(encoding="utf-8")


def linear(color):
    share = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def oklab(color, sight):
    return np.array(TO_LAB) @ np.cbrt(np.array(TO_LMS) @ np.clip(np.array(sight) @ linear(color), 0, None))


def contrast(one, other):
    dark, light = sorted(0.05 + np.array([0.2126, 0.7152, 0.0722]) @ linear(color) for color in (one, other))
    return light / dark


COLORS = re.findall(r'"(#\w{6})"', re.search(r"const COLORS = \[(.*?)\]", source("state.js"))[1])
LIGHT, DARK = (dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in source("page.css").split("{")[1:3])


@pytest.mark.parametrize("sight", SIGHT)
def test_lines_differ(sight):
    assert len(COLORS) == 8
    for one, other in itertools.combinations(COLORS, 2):
        apart = np.linalg.norm(oklab(one, SIGHT[sight]) - oklab(other, SIGHT[sight]))
        assert apart > 0.065, (one, other)  # 0.02 is just noticed


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_drawn_stands_out_from_the_ground(theme):
    for color in COLORS:
        assert contrast(color, theme["card"]) > 2.6, color
    for name in ("ink", "quiet", "accent", "good", "busy", "warn", "bad"):
        assert contrast(theme[name], theme["card"]) > 4.5, name
    assert contrast(theme["quiet"], theme["ground"]) > 4.5
    assert contrast(theme["best-ink"], theme["best"]) > 4.5
