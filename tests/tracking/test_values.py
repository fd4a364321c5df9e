"""Values survive Neptune, and what is logged never raises."""

import logging

import numpy as np
import pytest

from tfface.tracking import RunLog
from tfface.tracking.downsample import envelope
from tfface.tracking.values import flatten, scalar


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(7), 7),
        (True, True),
        (2**31 - 1, 2**31 - 1),
        (2**31, float(2**31)),
        (float("-inf"), "-inf"),
        (None, "None"),
        ((64, 64), "[64, 64]"),
        ({"b", "a"}, '["a", "b"]'),
        (object, "<class 'object'>"),
    ],
)
def test_scalar(value, kept):
    assert scalar(value) == kept and type(scalar(value)) is type(kept)


def test_flatten_lists_of_mappings():
    assert flatten({"stages": [{"loss": "arcface"}, {"loss": "triplet"}], "sizes": [1, 2]}, "recipe") == {
        "recipe/stages/0/loss": "arcface",
        "recipe/stages/1/loss": "triplet",
        "recipe/sizes": "[1, 2]",
    }


def test_envelope_keeps_extremes_and_ends():
    values = np.zeros(100_000)
    values[12_345], values[77_777] = 9.0, -9.0
    kept = envelope(values, limit=100).tolist()
    assert {0, 12_345, 77_777, 99_999} <= set(kept) and len(kept) <= 100
    assert kept == sorted(set(kept))
    assert envelope(values[:5], limit=100).tolist() == [0, 1, 2, 3, 4] and not len(envelope([], limit=10))


class Broken:
    """A run whose every use fails."""

    def __getitem__(self, path=None, **options):
        raise OSError("\x1b[95m\n----Disk-----\n\x1b[0m\nno space left")

    stop = wait = __getitem__


def test_a_broken_run_costs_one_warning_a_kind(caplog):
    log = RunLog(Broken())
    with caplog.at_level(logging.WARNING, "tfface"):
        for _ in range(3):
            log.append("loss", 1.0, 1)
            log.flush()
    assert [record.getMessage() for record in caplog.records] == [
        "tracking: extend failed (OSError: Disk); training goes on",
        "tracking: flush failed (OSError: Disk); training goes on",
    ]


def test_something_that_is_no_run():
    with pytest.raises(TypeError, match=r"run: expected a Neptune run or handler .*, got dict"):
        RunLog({})
