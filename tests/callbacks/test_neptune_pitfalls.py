"""What the official callback loses, breaks or mixes up: each a test that ours does not."""

import hashlib
import json
import logging
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

import tfface
from tfface._compat import KERAS_3
from tfface.callbacks import NeptuneCallback
from tfface.callbacks.best import Best
from tfface.tracking import RunLog, init_run, read_runs

from .models import X, Y, fit, small, steps


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)

    def call(self, images):
        return self.dense(images)


def tracked(folder, model, *before, fitted=None, **options):
    """Fits with a callback, and reads what it wrote."""
    with NeptuneCallback(directory=folder, **options) as tracker:
        fit(model, *before, tracker, **(fitted or {}))
    (run,) = read_runs(folder)
    assert run.unknown_operations == run.lost_operations == 0
    return run


def said(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "tfface"]


def test_several_outputs_have_a_curve_each(tmp_path):
    images = keras.Input((4,))
    model = keras.Model(images, [keras.layers.Dense(2, name=name)(images) for name in ("one", "two")])
    model.compile("sgd", loss=["mse", "mae"])
    run = tracked(tmp_path, model, fitted={"y": [Y, Y]})
    assert steps(run, "train/epoch/one_loss") == steps(run, "train/epoch/two_loss") == [1, 2]


def test_a_subclassed_model_with_a_metric_that_is_a_vector(tmp_path):
    class Each(keras.metrics.Metric):
        def __init__(self, **options):
            super().__init__(**options)
            self.sums = self.add_weight(name="sums", shape=(2,), initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.sums.assign_add(tf.reduce_sum(y_pred, axis=0) * 0 + 1.0)

        def reset_state(self):
            self.sums.assign([0.0, 0.0])

        def result(self):
            return self.sums + 0.0

    model = Subclassed()
    model.compile("sgd", loss="mse", metrics=[Each(name="each")])
    run = tracked(tmp_path, model, batch_every=2)
    assert list(run.series["train/epoch/each_1"].values) == [4.0, 4.0]
    assert steps(run, "train/batch/each_0") == [2, 4, 6, 8]
    assert run.settings["model/parameters/total"] == 10 and "model/summary" in run.files


def test_two_replicas_are_one_run(tmp_path, mirrored):
    with mirrored.scope():
        model = small()
    run = tracked(tmp_path, model, batch_every=1)
    assert steps(run, "train/epoch/loss") == [1, 2] and steps(run, "train/batch/loss") == list(range(1, 9))
    assert run.settings["fit/replicas"] == 2


def test_loss_scale_and_learning_rate_of_a_scaling_optimiser(tmp_path):
    schedule = keras.optimizers.schedules.CosineDecay(0.01, 8)
    scaled = keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD(schedule))
    run = tracked(tmp_path, small(scaled), batch_every=1)
    assert list(run.series["train/epoch/loss_scale"].values) == [2.0**15] * 2
    assert np.allclose(run.series["train/epoch/learning_rate"].values, [0.005, 0.0], atol=1e-7)
    assert np.allclose(run.series["train/batch/learning_rate"].values, [0.005, 0.0], atol=1e-7)
    assert steps(run, "train/batch/learning_rate") == [4, 8]


@pytest.mark.skipif(not KERAS_3, reason="Keras 2 does not accumulate gradients")
def test_gradients_that_are_added_up_count_as_one_iteration(tmp_path):
    run = tracked(tmp_path, small(keras.optimizers.SGD(0.01, gradient_accumulation_steps=2)), batch_every=2)
    assert steps(run, "train/batch/loss") == [1, 2, 3, 4]
    assert list(run.series["train/epoch/iterations"].values) == [2, 4]


def test_validation_batches(tmp_path):
    run = tracked(tmp_path, small(), batch_every=1, fitted={"validation_data": (X[:16], Y[:16])})
    assert steps(run, "validation/batch/loss") == [1, 2, 3, 4]
    assert steps(run, "validation/epoch/loss") == [1, 2]


def test_a_diagram_that_cannot_be_drawn_is_one_warning(tmp_path, caplog, monkeypatch):
    def missing(*arguments, **options):
        raise ImportError("You must install pydot for `plot_model` to work.")

    monkeypatch.setattr(keras.utils, "plot_model", missing)
    assert tracked(tmp_path, small(), diagram=True).status == "finished"
    assert [line for line in said(caplog) if "diagram" in line and "pydot" in line]


def test_a_diagram_is_a_file_of_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr(keras.utils, "plot_model", lambda model, to_file, **_: Path(to_file).write_bytes(b"PNG"))
    run = tracked(tmp_path, small(), diagram=True)
    assert Path(run.files["model/diagram"]).read_bytes() == b"PNG"


def test_all_files_lie_in_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr("tfface.callbacks.journal.difference", lambda: "+ changed")
    run = tracked(tmp_path, small())
    assert {"model/summary", "environment/git/diff"} <= run.files.keys()
    assert all(Path(file).is_relative_to(run.directory) and Path(file).exists() for file in run.files.values())


def test_commit_seed_device_and_data(tmp_path, monkeypatch):
    told = {"rev-parse": "c0ffee", "status": " M a.py", "diff": "+ a"}
    monkeypatch.setattr("tfface.tracking.environment.git", lambda *words: told[words[0]])
    keras.utils.set_random_seed(7)
    faces = tfface.data.FaceSet(["a", "b", "c"], [0, 0, 1], ["Ann", "Bob"], lambda i: b"%d" % i, "people")
    settings = tracked(tmp_path, small(), data=faces).settings
    assert settings["environment/git/commit"] == "c0ffee" and settings["environment/git/dirty"] is True
    assert settings["environment/seed"] == 7 and settings["environment/device"]
    assert settings["environment/versions/neptune"] and settings["environment/versions/tfface"]
    assert (settings["data/source"], settings["data/images"], settings["data/identities"]) == ("people", 3, 2)
    assert settings["data/fingerprint"] == faces.fingerprint()


def test_a_plain_model_that_ends_in_a_head(tmp_path):
    images = keras.Input((4,))
    model = keras.Model(images, tfface.layers.CosineHead(2)(keras.layers.Dense(3)(images)))
    model.compile("sgd", loss=tfface.ArcFace(margin=0.3, scale=16.0))
    settings = tracked(tmp_path, model, fitted={"y": np.arange(32) % 2}).settings
    assert settings["model/loss/margin"] == 0.3 and settings["model/loss/scale"] == 16.0
    assert settings["model/head/type"] == "CosineHead" and settings["model/head/engine"] == "dense"
    assert settings["model/embedding_size"] == 3 and settings["model/parameters/head"] == 6


def test_a_model_without_an_optimiser(tmp_path):
    class Own(Subclassed):
        def train_step(self, data):
            self(data[0])
            return {"loss": tf.constant(1.0)}

    model = Own()
    model.compile(optimizer=None) if KERAS_3 else model.compile()
    if KERAS_3:
        model.optimizer = None
    run = tracked(tmp_path, model, batch_every=1)
    assert steps(run, "train/batch/loss")[:4] == [1, 2, 3, 4] and steps(run, "train/epoch/loss") == [1, 2]


def test_what_a_checkpoint_was(tmp_path):
    path = str(tmp_path / "m-{epoch:02d}.keras")
    (tmp_path / "m-99.keras").write_bytes(b"of another training")
    saves = keras.callbacks.ModelCheckpoint(path)
    run = tracked(tmp_path / "runs", small(), saves, checkpoint=path)
    last = tmp_path / "m-02.keras"
    assert run.parameters["checkpoint/path"] == str(last) and run.parameters["checkpoint/epoch"] == 2
    assert run.parameters["checkpoint/sha256"] == hashlib.sha256(last.read_bytes()).hexdigest()
    assert "checkpoint/sha256" not in run.settings


def test_the_best_epoch_is_known_before_the_end(tmp_path):
    class Look(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                self.run = read_runs(tmp_path)[0]

    look = Look()
    tracked(tmp_path, small(), look, fitted={"epochs": 3})
    assert look.run.status == "running" and look.run.parameters["summary/best_epoch"] == 2


def test_stopped_early_is_finished_with_the_reason(tmp_path):
    stop = keras.callbacks.EarlyStopping("loss", min_delta=1e9, patience=1)
    run = tracked(tmp_path, small(), stop, fitted={"epochs": 9})
    assert (run.status, run.reason) == ("finished", "stopped after epoch 2")


def test_the_folder_of_the_run_disappears(tmp_path, caplog):
    class Remove(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                shutil.rmtree(tmp_path / "runs")

    with NeptuneCallback(directory=tmp_path / "runs", batch_every=1) as tracker:
        history = fit(small(), tracker, Remove(), epochs=3).history
    assert len(history["loss"]) == 3
    assert 0 < len(said(caplog)) < 9 and all("training goes on" in line for line in said(caplog))
    os.makedirs(tracker.run._op_processor.data_path)  # the client writes there once more, when the process ends


def test_two_runs_at_once_and_a_path_whose_type_changes(tmp_path):
    first, second = (init_run(name, directory=tmp_path) for name in ("first", "second"))
    log = RunLog(first)
    for value in (1, 2.5, "nan"):
        log.set("b", value)
    fit(small(), NeptuneCallback(first), NeptuneCallback(second))
    first.stop()
    second.stop()
    records = read_runs(tmp_path)
    assert records[0].parameters["b"] == "nan"
    assert [steps(record, "train/epoch/loss") for record in records] == [[1, 2], [1, 2]]


def test_nothing_is_said_where_nothing_is_wrong(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        tracked(tmp_path, small(), batch_every=1, fitted={"validation_split": 0.5})
    assert not said(caplog)


def test_the_best_epoch_outlives_a_resumed_training():
    best = Best("accuracy")
    best.see(1, {"accuracy": 0.9})
    resumed = Best()
    resumed.restore(json.loads(json.dumps(best.to_dict())))
    assert not resumed.see(2, {"accuracy": 0.8}) and resumed.see(3, {"accuracy": 0.95})
    assert resumed.summary() == {"best_epoch": 3, "best": {"accuracy": 0.95}}
