"""A training that was interrupted, and resumed, ends where an uninterrupted one does."""

import signal
import threading

import numpy as np
import pytest

import tfface
from tfface.tracking import read_runs
from tfface.training import RecipeError, TrainingInterrupted, checkpoint, keeper, train
from tfface.training.interrupt import Interrupt


@pytest.fixture
def ctrl_c(monkeypatch):
    """`ctrl_c(n)`: Ctrl-C comes during the n-th step from the start of the test; an epoch of `tiny` has three."""
    wanted, done = [], [0]
    original = keeper.Keeper.on_train_batch_end

    def counting(self, batch, logs=None):
        done[0] += 1
        for _ in range(wanted.count(done[0])):
            signal.raise_signal(signal.SIGINT)
        original(self, batch, logs)

    monkeypatch.setattr(keeper.Keeper, "on_train_batch_end", counting)
    return lambda *steps: wanted.extend(steps)


def train_to_the_end(recipe):
    """Resumes as often as it takes; gives the positions at which it was interrupted, too."""
    positions = []
    while True:
        try:
            return train(recipe, resume=bool(positions)), positions
        except TrainingInterrupted as error:
            positions.append((error.position.epoch, error.position.step))


def test_a_resumed_training_ends_with_the_same_weights(tiny, ctrl_c, tmp_path):
    changes = {
        "backbone": {"name": "small_cnn", "embedding_size": 8, "widths": [4], "dropout": 0.3},
        "augment": {"shift": 0.1},
        "stages": [
            {"epochs": 2, "schedule": {"name": "cosine", "warmup_epochs": 1}},
            {"epochs": 1, "loss": ["softmax", {"name": "center", "weight": 0.01}], "batch": 6},
        ],
    }
    whole = train(tiny("whole", **changes))
    ctrl_c(11 + 1, 11 + 6, 11 + 10)  # in the first epoch, at the end of a stage, in the next
    resumed, positions = train_to_the_end(tiny("resumed", **changes))

    assert positions == [(0, 1), (2, 0), (2, 4)]
    assert isinstance(resumed.model.head, tfface.layers.LinearHead)
    for expected, weight in zip(whole.model.get_weights(), resumed.model.get_weights(), strict=True):
        np.testing.assert_allclose(weight, expected, atol=1e-6)
    run = next(run for run in read_runs(tmp_path / "runs") if run.id == resumed.run_id)
    assert run.status == "finished"
    assert list(run.series["train/epoch/loss"].steps) == [1, 2, 3]
    # the best of all parts, not of the last one
    assert run.parameters["summary/best_epoch"] == int(np.argmin(run.series["train/epoch/loss"].values)) + 1
    left = {"model.keras", "recipe.yaml", "results.json"}
    assert {path.name for path in (tmp_path / "resumed").iterdir()} == left


def test_files_train_as_memory_does_and_are_resumed_exactly(tiny, ctrl_c, tmp_path):
    augment = {"shift": 0.1, "jpeg": 0.5, "mixup": 0.2}
    recipes = {name: tiny(name, augment=augment) for name in ("held", "streamed")}
    for name, recipe in recipes.items():
        recipe["data"] |= {"mirror_identities": True, "class_weights": True, "memory": name == "held"}
    held = train(recipes["held"])
    ctrl_c(12 + 2)
    resumed, positions = train_to_the_end(recipes["streamed"])
    assert positions == [(0, 2)]
    for expected, weight in zip(held.model.get_weights(), resumed.model.get_weights(), strict=True):
        np.testing.assert_allclose(weight, expected, atol=1e-6)
    runs = {run.id: run.parameters for run in read_runs(tmp_path / "runs")}
    assert (runs[held.run_id]["data/in_memory"], runs[resumed.run_id]["data/in_memory"]) == (True, False)
    fingerprints = {run["data/fingerprint"] for run in runs.values()}
    assert len(fingerprints) == 1


def test_an_interrupted_training_says_so_and_is_continued_as_it_began(tiny, ctrl_c, tmp_path, monkeypatch):
    ctrl_c(2)
    with pytest.raises(TrainingInterrupted, match=r"epoch 1, after 2 steps; what was learnt is saved.*--resume"):
        train(tiny())
    (run,) = read_runs(tmp_path / "runs")
    assert run.status == "interrupted"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    with pytest.raises(RecipeError, match=r"began with another recipe; different: seed, stages\.0\.epochs"):
        train(tiny(seed=3, epochs=4), resume=True)
    with pytest.raises(RecipeError, match="holds an unfinished training; continue it with --resume"):
        train(tiny())
    monkeypatch.setattr("tfface.data.FaceSet.fingerprint", lambda faces: "of other files")
    with pytest.raises(RecipeError, match=r"data\.source: these are not the faces that the training in .* began with"):
        train(tiny(), resume=True)


def test_ctrl_c_during_the_last_step_is_not_lost(tiny, ctrl_c):
    ctrl_c(3)
    result, positions = train_to_the_end(tiny(epochs=1))
    assert positions == [(1, 0)]
    assert result.measured is not None


def test_a_second_ctrl_c_stops_at_once_and_keeps_the_last_checkpoint(tiny, ctrl_c, tmp_path):
    ctrl_c(1, 1, 5, 5)
    with pytest.raises(TrainingInterrupted, match="before anything was saved"):
        train(tiny())
    with pytest.raises(TrainingInterrupted, match="the end of epoch 1"):
        train(tiny())
    kept = checkpoint.load(tmp_path / "out").state
    assert kept.position == checkpoint.Position(1) and kept.best["epoch"] == 1


def test_outside_the_main_thread_signals_are_left_alone():
    seen = []

    def listen():
        with Interrupt().listening():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


def test_nothing_to_resume(tiny):
    with pytest.raises(RecipeError, match="nothing to resume"):
        train(tiny(), resume=True)
