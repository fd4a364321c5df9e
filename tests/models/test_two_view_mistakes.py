"""What a TwoViewModel refuses, warns of or ignores, and how it says so."""

import logging

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras
from two_view_models import backbone, everything, projector, views

import tfface


def compiled(loss, *parts, **options):
    model = tfface.TwoViewModel(backbone(), *parts, **options)
    model.compile("sgd", loss=loss, run_eagerly=True)
    return model


def test_parts_of_the_wrong_kind():
    with pytest.raises(TypeError, match="backbone: expected a Keras model, received str"):
        tfface.TwoViewModel("resnet")
    with pytest.raises(TypeError, match=r"projector: expected a Keras layer, such as tfface.layers.Projector\(\)"):
        tfface.TwoViewModel(backbone(), 2048)
    with pytest.raises(TypeError, match="predictor: expected a Keras layer"):
        tfface.TwoViewModel(backbone(), projector(), "simsiam")
    for bad in (1.5, "cosine", True):
        with pytest.raises(ValueError, match=r"momentum: expected a number in \[0, 1\]"):
            tfface.TwoViewModel(backbone(), momentum=bad)
    for bad in ((), 2048, (8, 0)):
        with pytest.raises(ValueError, match="widths: expected"):
            tfface.layers.Projector(bad)
    with pytest.raises(ValueError, match="width: expected a whole number"):
        tfface.layers.Predictor(0)


def test_networks_that_a_loss_needs():
    predictor = tfface.layers.Predictor(4)
    with pytest.raises(ValueError, match=r"SimSiam needs .* predictor=tfface.layers.Predictor\(\)"):
        compiled("simsiam")
    with pytest.raises(ValueError, match=r"BYOL needs .* momentum=0.99"):
        compiled("byol", None, predictor)
    with pytest.raises(ValueError, match="predictor: SimCLR uses none, expected None"):
        compiled("simclr", None, predictor)
    with pytest.raises(ValueError, match="momentum: SimSiam uses none"):
        compiled("simsiam", None, predictor, momentum=0.9)
    with pytest.raises(ValueError, match=r"(?s)ArcFace judges scores of classes.*FaceModel"):
        compiled("arcface")


def test_arguments_that_would_be_lost():
    with pytest.raises(ValueError, match="reduction: expected"):
        compiled(tfface.SimCLR(reduction="none"))
    model = tfface.TwoViewModel(backbone())
    for option in ({"metrics": ["accuracy"]}, {"loss_weights": [2.0]}):
        with pytest.raises(ValueError, match="metrics, loss_weights: expected none"):
            model.compile("sgd", loss="simclr", **option)
    model.compile("sgd")
    with pytest.raises(ValueError, match="expected a loss, received none"):
        model.fit(*views(), verbose=0)


@pytest.mark.parametrize(
    ("batch", "received"),
    [
        (lambda one, two: one, "received one tensor"),
        (lambda one, two: (one, two, one), "received 3 tensors"),
        (lambda one, two: (one, two[:, :3]), r"of one shape, received \(16, 4, 4, 1\) and \(16, 3, 4, 1\)"),
    ],
)
def test_what_is_no_pair_of_views(batch, received):
    with pytest.raises(ValueError, match=received):
        compiled("simclr").fit(batch(*views()[0]), batch_size=16, verbose=0)


def test_a_dataset_of_views_and_nothing_else():
    """Keras takes the second view for labels, so the model says how to write it."""
    data = tf.data.Dataset.from_tensors(views()[0])
    with pytest.raises(ValueError, match=r"\(\(first view, second view\),\).* received one tensor and labels"):
        compiled("simclr").fit(data, verbose=0)


def test_a_batch_of_one_image():
    alone = tuple(view[:1] for view in views()[0])
    with pytest.raises(ValueError, match=r"one image has nothing to be compared with.*at least two"):
        compiled("simclr").fit(alone, verbose=0)
    model = tfface.TwoViewModel(backbone())
    model.compile("sgd", loss="simclr")
    data = tf.data.Dataset.from_tensors((alone,)).unbatch().batch(4)  # whose size is known when it is there
    with pytest.raises(tf.errors.InvalidArgumentError, match="at least two"):
        model.fit(data, verbose=0)


def test_labels_that_no_loss_takes_are_ignored_with_one_line(caplog):
    model = compiled(tfface.SimCLR())
    with caplog.at_level(logging.WARNING, "tfface"):
        pair = views()[0]
        given = model.evaluate(pair, np.zeros(16), batch_size=16, verbose=0)
        model.evaluate(pair, np.zeros(16), batch_size=16, verbose=0)
    assert [record.getMessage() for record in caplog.records] == ["SimCLR takes no labels: those given are ignored"]
    assert given == model.evaluate(pair, batch_size=16, verbose=0)


@pytest.mark.parametrize("loss", [tfface.BarlowTwins(), 0.5 * tfface.VICReg()], ids=repr)
def test_few_columns_to_decorrelate(loss, caplog):
    with caplog.at_level(logging.WARNING, "tfface"):
        compiled(loss, projector(10))
        compiled("simclr", projector(4))
    assert not caplog.records
    compiled(loss, projector(4))
    (record,) = caplog.records
    assert "to 10 columns or more (the paper: 8192), has 4" in record.getMessage()


def test_an_uncompiled_model_and_its_parts(tmp_path):
    model = tfface.TwoViewModel(backbone(), keras.layers.Dense(6), momentum=0.9)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert again.loss is None and again.momentum == 0.9 and again.slow_projector.units == 6
    model = everything()
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras", compile=False)
    assert again.projector.get_config() == model.projector.get_config()
    assert again.predictor.get_config() == model.predictor.get_config()
