"""The Neptune callback in `fit`: what it writes, with the real client, and that it never stops anything."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

import tfface
from tfface.callbacks import NeptuneCallback
from tfface.tracking import read_runs

from .models import X, Y, fit, only, small, steps


class Unconfigured(keras.optimizers.schedules.LearningRateSchedule):
    """A schedule as people write them: without get_config."""

    def __call__(self, step):
        return 0.1 / (1.0 + tf.cast(step, tf.float32))


class Poison(keras.callbacks.Callback):
    """Makes the weights NaN after an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        if epoch + 1 == self.epoch:
            self.model.set_weights([weight * np.nan for weight in self.model.get_weights()])


class Crash(keras.callbacks.Callback):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def on_epoch_end(self, epoch, logs=None):
        raise self.error


def test_curves_settings_and_summary(tmp_path):
    recipe = {"seed": 3, "stages": [{"loss": "mse"}]}
    with NeptuneCallback(name="small", tags=["a"], directory=tmp_path, recipe=recipe, data={"images": 32}) as tracker:
        history = fit(small(), tracker, epochs=3, validation_split=0.25).history
    run = only(tmp_path)
    assert (run.name, run.status, run.reason, run.unknown_operations) == ("small", "finished", "", 0)
    assert steps(run, "train/epoch/loss") == [1, 2, 3]
    assert np.allclose(run.series["train/epoch/mae"].values, history["mae"])
    assert np.allclose(run.series["validation/epoch/loss"].values, history["val_loss"])
    assert list(run.series["train/epoch/iterations"].values) == [3, 6, 9]
    settings = run.settings
    assert settings["recipe/stages/0/loss"] == "mse" and settings["data/images"] == 32
    assert settings["model/loss/type"] == "mse" and settings["model/parameters/total"] == 10
    assert settings["model/optimizer/learning_rate"] == 0.01
    assert settings["environment/versions/tensorflow"] == tf.__version__
    with open(run.files["model/summary"], encoding="utf-8") as file:
        assert "Dense" in file.read()
    best = int(np.argmin(history["val_loss"]))
    assert run.parameters["summary/best_epoch"] == best + 1
    assert np.isclose(run.parameters["summary/best/val_mae"], history["val_mae"][best])


def test_steps_are_true_with_initial_epoch_and_repeated_fit(tmp_path):
    model = small()
    with NeptuneCallback(directory=tmp_path, batch_every=1) as tracker:
        fit(model, tracker, initial_epoch=4, epochs=6)
        fit(model, tracker, initial_epoch=6, epochs=7)
        fit(model, tracker, epochs=1)  # Keras counts from 0 again
        model.evaluate(X, Y, verbose=0, callbacks=[tracker])
    run = only(tmp_path)
    assert steps(run, "train/epoch/loss") == [5, 6, 7, 8]
    assert list(run.series["train/epoch/iterations"].values) == [4, 8, 12, 16]
    assert steps(run, "train/batch/loss") == list(range(1, 17))
    assert steps(run, "evaluate/loss") == [8] and "validation/epoch/loss" not in run.series


@pytest.mark.parametrize(("every", "per_call", "expected"), [(2, 1, [2, 4, 6, 8]), (1, 4, [4, 8])])
def test_batch_steps_are_optimiser_iterations(tmp_path, every, per_call, expected):
    with NeptuneCallback(directory=tmp_path, batch_every=every) as tracker:
        fit(small(steps_per_execution=per_call), tracker)
    assert steps(only(tmp_path), "train/batch/loss") == expected


def test_divergence_is_seen(tmp_path):
    with NeptuneCallback(directory=tmp_path) as tracker:
        fit(small(), tracker, Poison(epoch=2), epochs=4)
    run = only(tmp_path)
    assert run.status == "diverged" and "loss is nan from epoch 3 (iteration 12) on" in run.reason
    assert steps(run, "train/epoch/loss") == [1, 2]
    assert steps(run, "train/epoch/loss_nonfinite") == [3, 4]
    assert run.parameters["tfface/diverged_at"] == 3
    assert run.parameters["summary/best_epoch"] == 2 and run.parameters["summary/last/loss"] == "nan"


def test_learning_rates_of_schedules(tmp_path):
    cosine = keras.optimizers.schedules.CosineDecay(0.01, 8)
    for name, rate in (("cosine", cosine), ("unconfigured", Unconfigured())):
        with NeptuneCallback(name=name, directory=tmp_path) as tracker:
            fit(small(keras.optimizers.SGD(rate)), tracker)
    first, second = read_runs(tmp_path)
    assert np.allclose(first.series["train/epoch/learning_rate"].values, [0.005, 0.0], atol=1e-7)
    assert first.settings["model/optimizer/learning_rate/decay_steps"] == 8
    assert np.allclose(second.series["train/epoch/learning_rate"].values, [0.1 / 5, 0.1 / 9])
    assert second.settings["model/optimizer/learning_rate/type"] == "Unconfigured" and second.status == "finished"


def test_a_face_model(tmp_path):
    images = keras.Input((4,))
    model = tfface.FaceModel(keras.Model(images, keras.layers.Dense(3)(images)), tfface.layers.CosineHead(2))
    model.compile("sgd", loss=tfface.ArcFace(margin=0.4) + 0.01 * tfface.CenterLoss(2))
    with NeptuneCallback(directory=tmp_path) as tracker:
        model.fit(X, np.arange(32) % 2, epochs=1, verbose=0, callbacks=[tracker])
    settings = only(tmp_path).settings
    assert settings["model/loss/type"] == "ArcFace + 0.01 CenterLoss"
    assert settings["model/loss/arcface/margin"] == 0.4 and settings["model/loss/center/weight"] == 0.01
    assert settings["model/head/type"] == "CosineHead" and settings["model/embedding_size"] == 3
    assert settings["model/parameters/backbone"] == 15 and settings["model/parameters/head"] == 6


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt(), "interrupted"), (RuntimeError("out of memory"), "failed")]
)
def test_an_error_in_fit_is_the_runs_status(tmp_path, error, status):
    with pytest.raises(type(error)), NeptuneCallback(directory=tmp_path) as tracker:
        fit(small(), tracker, Crash(error))
    run = only(tmp_path)
    assert run.status == status and type(error).__name__ in run.reason
    assert steps(run, "train/epoch/loss") == [1]


def test_a_closed_run_of_our_own_is_followed_by_another(tmp_path):
    tracker = NeptuneCallback(directory=tmp_path)
    for _ in range(2):
        fit(small(), tracker)
        tracker.close()
    assert [run.status for run in read_runs(tmp_path)] == ["finished", "finished"]


def test_a_model_and_a_metric_of_unusual_names(tmp_path):
    def val_ratio(y_true, y_pred):
        return tf.reduce_mean(y_pred)

    model = keras.Sequential([keras.layers.Dense(2)])  # not built before the first step
    model.compile("sgd", loss="mse", metrics=[val_ratio])
    with NeptuneCallback(directory=tmp_path) as tracker:
        fit(model, tracker, validation_split=0.25)
    run = only(tmp_path)
    assert steps(run, "train/epoch/val_ratio") == [1, 2] and steps(run, "validation/epoch/val_ratio") == [1, 2]
    assert run.settings["model/parameters/total"] == 10


def test_verification_goes_to_its_set(tmp_path):
    class Verify(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs.update({"val_orl_accuracy": 0.9, "val_orl_tar@far=0.01": 0.5})

    with NeptuneCallback(directory=tmp_path, monitor="val_orl_accuracy") as tracker:
        fit(small(), Verify(), tracker)
    run = only(tmp_path)
    assert list(run.series["verification/orl/accuracy"].values) == [0.9, 0.9]
    assert list(run.series["verification/orl/tar@far=0.01"].values) == [0.5, 0.5]
    assert run.parameters["summary/best_epoch"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"batch_every": 0}, "batch_every: expected a positive integer or None, got 0"),
        ({"flush_every": 0}, "flush_every: expected seconds above 0, got 0"),
        ({"mode": "best"}, "mode: expected one of auto, min, max, got 'best'"),
        ({"recipe": "arcface.yaml"}, "recipe: expected a mapping, got str"),
        ({"data": 3}, "data: expected a mapping, got int"),
        ({"checkpoint": 3}, "checkpoint: expected a path, got int"),
        ({"run": {}}, "run: expected a Neptune run or handler"),
        ({"directory": "/dev/null/runs"}, "directory: expected a folder that runs can be written to"),
    ],
)
def test_mistakes_are_told_before_training(arguments, message):
    with pytest.raises((ValueError, TypeError), match=message):
        NeptuneCallback(**arguments)


def test_a_learning_rate_that_a_callback_changed(tmp_path):
    halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.01 / 2**epoch)
    with NeptuneCallback(directory=tmp_path) as tracker:
        fit(small(), halve, tracker)
    rates = only(tmp_path).series["train/epoch/learning_rate"]
    assert np.allclose(rates.values, [0.01, 0.005]) and list(rates.steps) == [1, 2]
