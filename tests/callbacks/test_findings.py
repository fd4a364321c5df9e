"""What monitors and verification find out reaches the tracked run of the same `fit`, without being told of it."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tensorflow import keras

import tfface
from tfface.callbacks import (
    AngleMonitor,
    CollapseMonitor,
    NeptuneCallback,
    NonFiniteError,
    NonFiniteMonitor,
    Verification,
)
from tfface.data import verification_pairs
from tfface.evaluation.hardest import hardest_pairs
from tfface.tracking import read_runs

LABELS = np.repeat(np.arange(4), 5)
RNG = np.random.default_rng(0)
IMAGES = (RNG.normal(size=(4, 3, 3, 1))[LABELS] + RNG.normal(size=(20, 3, 3, 1))).astype(np.float32)
PAIRS = verification_pairs(LABELS)


@pytest.fixture
def model():
    flat = keras.Sequential([keras.Input(IMAGES.shape[1:]), keras.layers.Flatten(), keras.layers.Dense(4)])
    model = tfface.FaceModel(flat, tfface.layers.CosineHead(4))
    model.compile(keras.optimizers.SGD(0.1), loss=tfface.ArcFace(margin=0.1, scale=8.0))
    return model


def tracked(folder, model, *before, epochs=2):
    with NeptuneCallback(directory=folder) as tracker:
        model.fit(IMAGES, LABELS, epochs=epochs, verbose=0, callbacks=[*before, tracker])
    (run,) = read_runs(folder)
    return run


def test_verification_with_intervals_curves_and_picture(model, tmp_path):
    watch = Verification(IMAGES, PAIRS, name="or/l", flip=False)
    run = tracked(tmp_path, model, watch)
    accuracy, low, high = (run.series[f"verification/or_l/accuracy{side}"] for side in ("", "_low", "_high"))
    assert list(low.steps) == list(high.steps) == [1, 2]
    assert np.all(np.array(low.values) < accuracy.values) and np.all(np.array(accuracy.values) < high.values)
    assert "verification/or_l/tar@far=0.01_low" in run.series
    results = run.results["or_l"]
    assert results["accuracy"] == watch.result.accuracy and results["genuine"] == watch.result.genuine
    assert results["interval/tar_at_far/0.01/low"] == watch.result.intervals()["tar_at_far/0.01"].low
    assert json.loads(Path(run.files["evaluation/or_l/curves"]).read_text()) == watch.result.curves()
    assert Path(run.files["figures/roc-or_l"]).read_bytes().startswith(b"\x89PNG")
    assert not [path for path in run.files if path.startswith("faces")]


def test_faces_are_shown_on_request(model, tmp_path):
    run = tracked(tmp_path, model, Verification(IMAGES, PAIRS, name="orl", show_hardest=3))
    for kind in ("genuine", "impostor"):
        assert Image.open(run.files[f"faces/orl-hardest-{kind}"]).size == (3 * (3 + 4), 2 * (3 + 4))


def test_the_hardest_pairs():
    distances, same = np.array([0.1, 0.9, 0.5, 0.2, 0.3]), np.array([1, 1, 1, 0, 0], bool)
    assert [list(found) for found in hardest_pairs(distances, same, 2)] == [[1, 2], [3, 4]]


def test_angles_and_embeddings(model, tmp_path):
    run = tracked(tmp_path, model, AngleMonitor(IMAGES, LABELS), CollapseMonitor(IMAGES, LABELS))
    assert {"monitors/angles/histograms", "figures/angles", "figures/embeddings"} <= run.files.keys()
    assert "monitors/collapse/problem" not in run.parameters


def test_a_collapse_in_words(model, tmp_path):
    watch = CollapseMonitor(IMAGES, threshold=1, stop=True)
    run = tracked(tmp_path, model, watch, epochs=9)
    assert run.parameters["monitors/collapse/problem"] == watch.problem
    assert (run.status, run.reason) == ("finished", "stopped after epoch 1")


class Poison(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.set_weights([weight * np.nan for weight in self.model.get_weights()])


@pytest.mark.parametrize("stop", [True, False])
def test_numbers_that_are_not_finite(model, tmp_path, stop):
    tracker = NeptuneCallback(directory=tmp_path)
    fit = {"epochs": 2, "verbose": 0, "callbacks": [NonFiniteMonitor(stop=stop, every=1), tracker, Poison()]}
    if stop:
        with pytest.raises(NonFiniteError):
            model.fit(IMAGES, LABELS, **fit)
    else:
        model.fit(IMAGES, LABELS, **fit)
    # the callback was neither left nor closed: the program may go on after such an error
    (run,) = read_runs(tmp_path)
    tracker.close()
    assert run.status == "diverged" and run.reason.startswith("step 1 of epoch 2: loss (arcface) is nan")
    assert run.parameters["monitors/nonfinite/problem"] == run.reason
    assert run.parameters["monitors/nonfinite/step"] == 1 and run.parameters["tfface/diverged_at"] == 2


def test_without_matplotlib_there_are_no_pictures(model, tmp_path, monkeypatch, caplog):
    def missing(module, extra):
        raise ImportError(f'{module} is not installed: pip install "tfface[{extra}]"')

    monkeypatch.setattr("tfface.callbacks.figures.require", missing)
    run = tracked(tmp_path, model, Verification(IMAGES, PAIRS, name="orl"), AngleMonitor(IMAGES, LABELS))
    assert "evaluation/orl/curves" in run.files and not [path for path in run.files if path.startswith("figures")]
    assert "tracking" not in caplog.text


def test_another_model_is_no_ones_business(model, tmp_path):
    other = keras.models.clone_model(model.backbone)
    with NeptuneCallback(directory=tmp_path) as tracker:
        model.fit(IMAGES, LABELS, verbose=0, callbacks=[tracker])
        other.compile("sgd", "mse")
        other.fit(IMAGES, np.zeros((20, 4)), verbose=0, callbacks=[Verification(IMAGES, PAIRS)])
        model.fit(IMAGES, LABELS, verbose=0, callbacks=[Verification(IMAGES, PAIRS)])  # this fit is not tracked
    (run,) = read_runs(tmp_path)
    assert not run.results
