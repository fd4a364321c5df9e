"""A training that was interrupted, and resumed, ends where an uninterrupted one does."""

import signal
import threading

import numpy as np
import pytest

from tfface._compat import KERAS_3
from tfface.tracking import read_runs
from tfface.training import RecipeError, TrainingInterrupted, checkpoint, keeper, load_recipe, train

STAGES = [
    {"epochs": 2, "schedule": {"name": "cosine", "warmup_epochs": 1}},
    {"epochs": 1, "loss": ["softmax", {"name": "center", "weight": 0.01}]},
]
STEPS_PER_EPOCH = 3


@pytest.fixture
def ctrl_c(monkeypatch):
    """`ctrl_c(n)`: Ctrl-C comes during the n-th step from the start of the test."""
    wanted, done = set(), [0]
    original = keeper.Keeper.on_train_batch_end

    def counting(self, batch, logs=None):
        original(self, batch, logs)
        done[0] += 1
        if done[0] in wanted:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(keeper.Keeper, "on_train_batch_end", counting)
    return lambda *steps: wanted.update(steps)


def train_to_the_end(recipe):
    """Resumes as often as it takes; the positions at which it was interrupted."""
    positions = []
    while True:
        try:
            return train(recipe, resume=bool(positions)), positions
        except TrainingInterrupted as error:
            positions.append((error.position.epoch, error.position.step))


@pytest.mark.parametrize("dropout", [0.0, pytest.param(0.3, marks=pytest.mark.skipif(not KERAS_3, reason="Keras 2"))])
def test_a_resumed_training_ends_with_the_same_weights(tiny, ctrl_c, tmp_path, dropout):
    backbone = {"name": "small_cnn", "embedding_size": 8, "widths": [4], "dropout": dropout}
    whole = train(tiny("whole", stages=STAGES, backbone=backbone))
    ctrl_c(9 + 1, 9 + 3, 9 + 5, 9 + 7)  # in an epoch, at the end of one, in the next, in the next stage
    resumed, positions = train_to_the_end(tiny("resumed", stages=STAGES, backbone=backbone))

    assert positions == [(0, 1), (1, 0), (1, 2), (2, 1)]
    for expected, weight in zip(whole.model.get_weights(), resumed.model.get_weights(), strict=True):
        np.testing.assert_allclose(weight, expected, atol=1e-6)
    run = next(run for run in read_runs(tmp_path / "runs") if run.id == resumed.run_id)
    assert run.status == "finished"
    assert list(run.series["train/epoch/loss"].steps) == [1, 2, 3]
    assert sorted(path.name for path in (tmp_path / "resumed").iterdir()) == [
        "model.keras",
        "recipe.yaml",
        "results.json",
        "state.json",
    ]


def test_an_interrupted_run_says_so(tiny, ctrl_c, tmp_path):
    ctrl_c(2)
    with pytest.raises(TrainingInterrupted, match="epoch 1, after 2 steps; what was learnt is saved.*--resume"):
        train(tiny())
    (run,) = read_runs(tmp_path / "runs")
    assert run.status == "interrupted"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_during_the_last_epoch_is_not_lost(tiny, ctrl_c):
    ctrl_c(6)
    result, positions = train_to_the_end(tiny())
    assert positions == [(2, 0)]
    assert result.measured is not None


def test_a_second_ctrl_c_stops_at_once_and_keeps_the_last_checkpoint(tiny, monkeypatch, tmp_path):
    original = keeper.Keeper.on_train_batch_end

    def twice(self, batch, logs=None):
        original(self, batch, logs)
        if self.position == checkpoint.Position(1, 1):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(keeper.Keeper, "on_train_batch_end", twice)
    with pytest.raises(TrainingInterrupted):
        train(tiny())
    assert checkpoint.load(tmp_path / "out").position == checkpoint.Position(1, 0)


def test_training_outside_the_main_thread_leaves_signals_alone(tiny):
    done = []
    thread = threading.Thread(target=lambda: done.append(train(tiny(epochs=1))))
    thread.start()
    thread.join()
    assert done


def test_another_recipe_does_not_resume(tiny, ctrl_c):
    ctrl_c(1)
    with pytest.raises(TrainingInterrupted):
        train(tiny())
    with pytest.raises(RecipeError, match=r"began with another recipe; different: seed, stages\.0\.epochs"):
        train(tiny(seed=3, epochs=4), resume=True)
    with pytest.raises(RecipeError, match="holds an unfinished training; continue it with --resume"):
        train(tiny())


def test_nothing_to_resume(tiny):
    with pytest.raises(RecipeError, match="nothing to resume"):
        train(load_recipe(tiny()), resume=True)


@pytest.mark.parametrize("broken", ["model", "state"])
def test_a_checkpoint_that_could_not_be_written_leaves_the_former_one(tiny, ctrl_c, monkeypatch, tmp_path, broken):
    """The disk is full while the second epoch's checkpoint is written: what the first one left is resumed."""
    whole = train(tiny("whole"))

    def full(*_):
        raise OSError(28, "No space left on device")

    original = checkpoint.save

    def save(folder, model, state):
        if state.position.epoch == 2:
            if broken == "model":
                monkeypatch.setattr(model, "save", full, raising=False)
            else:
                monkeypatch.setattr(checkpoint, "write_json", full)
        original(folder, model, state)

    with monkeypatch.context() as patched:
        monkeypatch = patched
        patched.setattr(checkpoint, "save", save)
        with pytest.raises(OSError, match="No space"):
            train(tiny())
    assert checkpoint.load(tmp_path / "out").position == checkpoint.Position(1)
    resumed = train(tiny(), resume=True)
    for expected, weight in zip(whole.model.get_weights(), resumed.model.get_weights(), strict=True):
        np.testing.assert_allclose(weight, expected, atol=1e-6)
