"""The short way to read a line that holds one point gives what JSON gives, or leaves the line to it."""

import random

import pytest

from tfface.tracking import replay
from tfface.tracking.one_point import one_point

from .conftest import floats, lines

(LINE,) = lines([floats("train/batch/loss", [0.25], [7])], first=3)


@pytest.fixture
def both(tmp_path, monkeypatch):
    """What is read of a text, with and without the short way."""

    def both(text):
        (tmp_path / "data-1.log").write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
        found = []
        for way in (one_point, lambda line: None):
            monkeypatch.setattr(replay, "one_point", way)
            run = replay.replay(tmp_path)
            series = {
                path: [[repr(number + 0.0) for number in each] for each in (points.steps, points.values, points.times)]
                for path, points in run.series.items()
            }
            found.append((series, run.version, run.last_time, run.unknown))
        return found

    return both


@pytest.mark.parametrize("number", ["0", "-0", "5", "-1.5", "1e-05", "2.5e+300", "1e999", "0.1", "123456789012345678"])
def test_every_number_that_json_knows(both, number):
    text = LINE.replace("0.25", number)
    assert one_point(text) is not None
    short, long = both(text)
    assert short == long and short[3] == 0


@pytest.mark.parametrize(
    "change",
    [("0.25", "01"), ("0.25", "NaN"), ("0.25", "1" * 400), ("0.25", "\u0661"), ("7", "1e5"), ("7", str(2**63)),
     ('"version": 3', '"version": 0'), ('"version": 3', '"version": -3'), ("batch", 'b\\"'), ("batch", "b\u00e9"),
     ("batch", "b\\u00e9"), ('["train", "batch", "loss"]', "[]"), ("LogFloats", "LogString"), ("\n", ""),
     ("}\n", "}}\n"), ("}\n", "} \n"), ('"at": 1', '"at": 0'), ('"ts": 1', '"ts": 99999999991')],
)  # fmt: skip
def test_all_else_is_for_json(both, change):
    text = LINE.replace(*change)
    assert text != LINE and one_point(text) is None
    short, long = both(LINE + text)
    assert short == long


def test_steps_that_were_not_given(both):
    text = LINE.replace('"step": 7', '"step": null')
    assert one_point(text) is not None
    short, long = both(text)
    assert short == long


def test_lines_with_mistakes(both):
    chance, letters = random.Random(0), '{}[]",:. -+eE0123456789ants\n\\\u00e9'
    damaged = []
    for _ in range(3000):
        line = list(LINE)
        for _ in range(chance.choice((0, 1, 1, 2))):
            place = chance.randrange(len(line))
            line[place : place + chance.randrange(2)] = chance.choice(letters)
        damaged.append("".join(line))
    short, long = both("".join(damaged))
    assert short == long and sum(one_point(line) is not None for line in damaged) > 900
