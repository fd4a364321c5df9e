"""A margin loss on the images that are labelled and a two-view loss on all, in one fit."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras
from two_view_models import SIZE, backbone, projector, views

import tfface

CLASSES = 4
MARGIN, VIEWS = tfface.ArcFace(scale=8.0), tfface.SimCLR()


def make(loss, head=True, **options):
    model = tfface.TwoViewModel(backbone(), projector(), head=tfface.layers.CosineHead(CLASSES) if head else None)
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss=loss, **options)
    return model


def labels(known=9, size=16):
    """Of `size` images the first few are labelled."""
    return np.where(np.arange(size) < known, np.random.default_rng(1).integers(0, CLASSES, size), -1)


def learnt(model, y, epochs=2):
    model.fit(views()[0], y, batch_size=16, epochs=epochs, shuffle=False, verbose=0)
    return model.backbone.get_weights()


def test_each_alone_where_the_other_says_nothing():
    both = make(MARGIN + VIEWS)
    start, head = both.get_weights(), both.head.get_weights()
    # Nothing is labelled: the two-view loss alone, and the head rests.
    expected = make(VIEWS, head=False)
    expected.backbone.set_weights(both.backbone.get_weights())
    expected.projector.set_weights(both.projector.get_weights())
    for ours, theirs in zip(learnt(both, labels(0)), learnt(expected, None), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(both.head.get_weights(), head)
    # The two-view loss weighs nothing: the margin loss alone, on both views of the labelled images.
    alone = make(MARGIN + 0.0 * VIEWS)
    alone.set_weights(start)
    face = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES))
    face.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss=MARGIN)
    face.backbone.set_weights(alone.backbone.get_weights())
    face.head.set_weights(alone.head.get_weights())
    face.fit(np.concatenate([view[:9] for view in views()[0]]), np.tile(labels()[:9], 2), 18, 2, verbose=0)
    for ours, theirs in zip(learnt(alone, labels()), face.backbone.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)
    for ours, theirs in zip(alone.head.get_weights(), face.head.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)


def test_no_labels_in_a_batch_cost_nothing():
    model = make(MARGIN + VIEWS)
    logs = model.evaluate(views()[0], labels(0), batch_size=16, verbose=0, return_dict=True)
    assert logs["arcface"] == 0.0 and np.isfinite(logs["loss"]) and logs["loss"] == pytest.approx(logs["simclr"])


def test_two_replicas_learn_what_one_learns(mirrored):
    """Also where a replica's share of the batch holds no label."""
    loss = tfface.AdaFace(scale=8.0) + 0.5 * tfface.SupCon() + VIEWS
    one = make(loss)
    with mirrored.scope():
        two = make(loss)
    two.set_weights(one.get_weights())
    data = tf.data.Dataset.from_tensors((views()[0], labels(5))).repeat(2)
    histories = [model.fit(data, epochs=3, shuffle=False, verbose=0).history for model in (one, two)]
    for name, values in histories[0].items():
        np.testing.assert_allclose(histories[1][name], values, rtol=1e-4, err_msg=name)
    for ours, theirs in zip(two.get_weights(), one.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-5)


def test_it_is_saved_with_its_head_and_goes_on(tmp_path):
    network = backbone()
    parts = {"projector": (9, 12), "head": tfface.layers.CosineHead(CLASSES)}
    model = tfface.models.two_view("simclr", network, "sgd", labelled=2.0 * tfface.AdaFace(), **parts)
    assert [part.name for part in model.loss.losses] == ["adaface", "simclr"] and model.loss.weights == [2.0, 1.0]
    learnt(model, labels())
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    for ours, theirs in zip(learnt(again, labels()), learnt(model, labels()), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    face = tfface.FaceModel(model.backbone, model.head)
    assert face.predict(views()[0][0], verbose=0).shape == (16, CLASSES) and network.output_shape[-1] == SIZE


def test_mistakes():
    with pytest.raises(ValueError, match=r"ArcFace judges scores of classes: expected a TwoViewModel\(..., head=\)"):
        make(MARGIN + VIEWS, head=False)
    with pytest.raises(ValueError, match="head: SimCLR uses none"):
        make(VIEWS)
    with pytest.raises(ValueError, match="Softmax: expected a LinearHead"):
        make(tfface.Softmax() + VIEWS)
    with pytest.raises(ValueError, match=r'head: expected the engine "dense" or "chunked".*"partial"'):
        tfface.TwoViewModel(backbone(), head=tfface.layers.CosineHead(9, engine="partial", sample_rate=0.5))
    with pytest.raises(ValueError, match="ArcFace: expected labels beside the views, -1 where there is none"):
        make(MARGIN + VIEWS, run_eagerly=True).fit(views()[0], verbose=0)
