"""What of the runs gets into the comparison page: numbers and verification curves."""

import json
import random
from array import array

import numpy as np
import pytest

from tfface.tracking import Series
from tfface.tracking.downsample import envelope
from tfface.tracking.page_data import page_data

from .conftest import STARTED as START
from .page import Numbers


def curve(values, steps=None, times=None):
    steps = range(1, len(values) + 1) if steps is None else steps
    times = [START + i for i in range(len(values))] if times is None else times
    return Series(array("d", steps), array("d", values), array("d", times))


def numbers(run, path):
    data, packed = page_data([run])
    return Numbers(data["wide"], packed).curve(data["runs"][0]["curves"][path])


def test_a_long_curve_keeps_its_ends_and_every_peak():
    values = np.random.default_rng(0).normal(size=10_007)
    values[[17, 9000]] = 50, -50
    kept = envelope(values, 200)
    assert len(kept) <= 200 and (np.diff(kept) > 0).all()
    assert {0, 17, 9000, 10_006} <= set(kept.tolist())
    # no stretch of the curve is left out, so its outline stays
    assert np.diff(kept).max() <= 2 * -(-10_007 // 99)


@pytest.mark.parametrize("count", [0, 1, 2, 99, 100, 101, 198, 199, 1000])
def test_any_length_can_be_thinned(count):
    kept = envelope(np.arange(float(count)), 100)
    assert len(kept) <= 100 and sorted({*kept}) == list(kept)
    assert (count <= 100) == (len(kept) == count)


def test_a_curve_comes_out_of_the_bytes_as_it_went_in(record):
    values = [random.Random(0).gauss(0, 1) for _ in range(500)]
    steps = [7 * i for i in range(500)]
    times = [START + 0.37 * i for i in range(500)]
    found = numbers(record({"train/batch/loss": curve(values, steps, times)}), "train/batch/loss")
    assert found["steps"] == steps
    np.testing.assert_allclose(found["values"], values, rtol=1e-6)
    np.testing.assert_allclose(found["times"], np.array(times) - START, atol=1 / 64)


def test_large_steps_are_exact_and_large_values_finite(record):
    found = numbers(record({"x": curve([1e300, -1e300, 3.0], [2**40, 2**40 + 1, 2**40 + 2])}), "x")
    assert found["steps"] == [2**40, 2**40 + 1, 2**40 + 2]
    assert np.isfinite(found["values"]).all() and found["values"][2] == 3


def test_what_steps_count_is_said(record):
    paths = {
        "train/epoch/loss": "epoch", "validation/epoch/loss": "epoch", "verification/lfw/auc": "epoch",
        "evaluate/loss": "epoch", "train/batch/loss": "iteration", "validation/batch/loss": "own", "mine/loss": "own",
    }  # fmt: skip
    data, _ = page_data([record({path: curve([1.0]) for path in paths})])
    assert {path: found["unit"] for path, found in data["runs"][0]["curves"].items()} == paths


def test_many_curves_share_the_points_there_are(record):
    same = curve(np.arange(5000.0))
    runs = [record({f"m/{i}": same for i in range(400)}, key=f"{k}") for k in range(10)]
    data, packed = page_data(runs)
    counts = [found["values"][1] for run in data["runs"] for found in run["curves"].values()]
    assert sum(counts) <= 1_000_000 and min(counts) >= 200
    assert len(packed) < 5_000 * 20, "equal columns are kept once"


def test_settings_results_and_findings_are_there_and_nothing_of_the_client(record):
    parameters = {
        "model/loss/margin": 0.5, "evaluation/lfw/auc": 0.9, "summary/best_epoch": 3, "tfface/diverged_at": 4,
        "checkpoint/sha256": "ab", "sys/hostname": "vm", "monitoring/1/pid": "1", "tfface/run_id": "a",
        "recipe/notes": "x" * 10_000, "model/nan": float("nan"),
    }  # fmt: skip
    values = page_data([record(parameters=parameters)])[0]["runs"][0]["values"]
    assert set(values) == set(parameters) - {"sys/hostname", "monitoring/1/pid", "tfface/run_id"}
    assert len(values["recipe/notes"]) == 2000 and values["model/nan"] == "nan"


CURVES = {
    "roc": {"far": [0, 0.001, 0.01, 1], "tar": [0.1, 0.7, 0.9, 1]},
    "scores": {
        "genuine": {"edges": [0, 0.5, 1], "counts": [1, 9]},
        "impostor": {"edges": [0, 0.5, 1], "counts": [8, 2]},
    },
}


def write(run_folder, content):
    file = run_folder / "curves.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return {"evaluation/lfw/curves": str(file)}


def rates(record, content):
    run = record()
    run.files.update(write(run.directory, content))
    return page_data([run])[0]["runs"][0]["rates"]


def test_verification_curves_are_read_from_their_file(record):
    assert rates(record, CURVES) == {"lfw": CURVES}
    assert rates(record, {"roc": CURVES["roc"]}) == {"lfw": {"roc": CURVES["roc"]}}
    many = {"far": list(np.linspace(0, 1, 3000)), "tar": list(np.linspace(0, 1, 3000))}
    assert 300 <= len(rates(record, {"roc": many})["lfw"]["roc"]["far"]) <= 500


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", '"roc"', '{"roc": 3}', '{"roc": {"far": 1, "tar": 2}}', "[" * 100_000,
        '{"roc": {"far": [0, NaN], "tar": [0, 1]}}', '{"roc": {"far": [0, 1], "tar": [0]}}',
        '{"roc": {"far": ["0", "1"], "tar": [0, 1]}}', '{"roc": {"far": [true, 1], "tar": [0, 1]}}',
        '{"scores": {"genuine": {"edges": [0, 1], "counts": [1, 2]}, "impostor": {}}}',
        '{"roc": {"far": [1' + "0" * 400 + '], "tar": [0]}}',
    ],
)  # fmt: skip
def test_what_is_no_verification_curve_is_left_out(record, content):
    assert rates(record, content) == {}


def test_what_no_browser_shows_is_replaced(record):
    run = record({"a\x00b": curve([1.0])}, parameters={"model/x\x1b[2J": "\ud800 \x07 \u202eמודל\n\t"})
    (found,) = page_data([run])[0]["runs"]
    assert list(found["curves"]) == ["a\ufffdb"]
    assert found["values"] == {"model/x\ufffd[2J": "\ufffd \ufffd \ufffdמודל\n\t"}


def test_a_duration_that_is_no_number_is_none(record):
    run = record({"train/epoch/seconds": curve([1.0, float("nan")])})
    assert page_data([run])[0]["runs"][0]["duration"] is None
