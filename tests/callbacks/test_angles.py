"""Angles and norms during `fit`: in the logs, as arrays, in the run and in a picture."""

import json
from pathlib import Path

import numpy as np
import pytest
from tensorflow import keras

import tfface
from tfface.callbacks import AngleMonitor, NeptuneCallback
from tfface.tracking import init_run, read_runs

CLASSES = 3
rng = np.random.default_rng(0)
LABELS = np.tile(np.arange(CLASSES), 8)
IMAGES = (rng.normal(size=(CLASSES, 4, 4, 1))[LABELS] + 0.3 * rng.normal(size=(24, 4, 4, 1))).astype(np.float32)
LOSS = tfface.ArcFace(scale=16.0, margin=0.3)


def backbone():
    images = keras.Input((4, 4, 1))
    return keras.Model(images, keras.layers.Dense(8)(keras.layers.Flatten()(images)))


def face_model(loss=LOSS, head=None):
    model = tfface.FaceModel(backbone(), head or tfface.layers.CosineHead(CLASSES, sub_centers=2))
    model.compile(keras.optimizers.SGD(0.1), loss=loss)
    return model


def plain_model():
    inner = backbone()
    model = keras.Model(inner.input, tfface.layers.CosineHead(CLASSES)(inner.output))
    model.compile(keras.optimizers.SGD(0.1), loss=LOSS)
    return model


def fit(model, *callbacks, epochs=2):
    return model.fit(IMAGES, LABELS, epochs=epochs, batch_size=8, callbacks=list(callbacks), verbose=0).history


def slow_angles(embeddings, kernel, sub_centers):
    own, nearest = [], []
    for embedding, label in zip(embeddings.astype(np.float64), LABELS, strict=True):
        angles = [np.arccos(embedding @ w / np.linalg.norm(embedding) / np.linalg.norm(w)) for w in kernel]
        angles = [min(angles[sub_centers * j : sub_centers * (j + 1)]) for j in range(CLASSES)]
        own.append(angles[label])
        nearest.append(min(angle for j, angle in enumerate(angles) if j != label))
    return np.array(own), np.array(nearest)


@pytest.mark.parametrize("make", [face_model, plain_model])
def test_figures_and_histograms_are_those_of_the_model(make):
    model, watch = make(), AngleMonitor(IMAGES, LABELS, bins=30, batch_size=10)
    history = fit(model, watch)
    head = model.layers[-1] if make is plain_model else model.head
    embedder = keras.Model(model.inputs, head.input) if make is plain_model else model.backbone
    embeddings = embedder.predict(IMAGES, verbose=0)
    own, nearest = slow_angles(embeddings, np.array(head.kernel), head.sub_centers)
    norms = np.linalg.norm(embeddings, axis=1)
    for name, values in {"angle_own": own, "angle_nearest": nearest, "embedding_norm": norms}.items():
        expected = [values.mean(), np.median(values), *np.percentile(values, (5, 95))]
        found = [history[f"{name}_{figure}"][-1] for figure in ("mean", "median", "p5", "p95")]
        np.testing.assert_allclose(found, expected, rtol=1e-4)
        first, last = watch.histograms[name]
        assert (first.epoch, last.epoch) == (1, 2)
        assert last.counts.sum() == 24 and len(last.edges) == 31
    counts, _ = np.histogram(own, 30, (0, np.pi))
    assert np.abs(watch.histograms["angle_own"][-1].counts - counts).sum() <= 2  # float32 beside an edge


def test_training_draws_the_own_class_near():
    history = fit(face_model(), AngleMonitor(IMAGES, LABELS, every=3), epochs=7)
    assert len(history["angle_own_mean"]) == 3  # epochs 3, 6 and the last
    assert history["angle_own_mean"][-1] < history["angle_own_mean"][0]
    assert history["angle_own_p95"][-1] < history["angle_nearest_p5"][-1]


def test_a_run_gets_histograms_and_picture(tmp_path):
    run = init_run("angles", directory=tmp_path)
    watch = AngleMonitor(IMAGES, LABELS, bins=10, name="a/b")
    fit(face_model(), watch, NeptuneCallback(run), epochs=1)
    run.stop()
    (record,) = read_runs(tmp_path)
    assert record.series["train/epoch/angle_own_mean"].values
    text = Path(record.files["monitors/a_b/histograms"]).read_text()
    assert json.loads(text) == watch.to_dict()
    assert Path(record.files["figures/a_b"]).read_bytes() == watch.picture()
    assert watch.picture().startswith(b"\x89PNG")
    assert not any(path.startswith("monitors") for path in record.parameters)


def test_two_replicas(mirrored):
    with mirrored.scope():
        models = face_model(), plain_model()
    for model in models:
        history = fit(model, AngleMonitor(IMAGES, LABELS, batch_size=16), epochs=1)
        assert 0 < history["angle_own_mean"][0] < np.pi


def test_models_without_a_cosine_head_are_refused():
    linear = face_model(tfface.Softmax(), tfface.layers.LinearHead(CLASSES))
    with pytest.raises(TypeError, match="expected one with a CosineHead, whose scores are cosines, got LinearHead"):
        fit(linear, AngleMonitor(IMAGES, LABELS))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": LABELS[:3]}, "labels: expected one for each of 24 images"),
        ({"labels": LABELS + 1}, "labels: expected the class ids 0 to 2 of the head, got 1 to 3"),
        ({"bins": 0}, "bins: expected"),
        ({"every": 0}, "every: expected"),
        ({"batch_size": 0}, "batch_size: expected"),
    ],
)
def test_arguments_that_do_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        fit(face_model(), AngleMonitor(**{"images": IMAGES, "labels": LABELS, **arguments}))
