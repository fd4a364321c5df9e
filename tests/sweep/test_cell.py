"""A cell becomes an outcome, whatever happens in it."""

import numpy as np
import pytest
from tensorflow import keras

import tfface
from tfface.sweep import load_sweep
from tfface.sweep.cell import train_cell
from tfface.sweep.check import plan, recipe_of
from tfface.sweep.faces import DecodedFaces, decoded


@pytest.fixture
def train(tiny, tmp_path):
    def train(number=0, watching=(), **changes):
        found = plan(load_sweep(tiny(**changes)))
        planned = found.cells[number]
        places = {"output": str(tmp_path / str(number)), "tracking": {"directory": str(tmp_path / "runs")}}
        recipe = recipe_of(found.sweep, planned, **places)
        return train_cell(planned.cell, recipe, decoded(recipe), tmp_path, watching)

    return train


class First(keras.callbacks.Callback):
    """Keeps the weights that a training begins with."""

    def on_train_begin(self, logs=None):
        self.weights = self.model.backbone.get_weights()


def test_losses_begin_with_the_same_weights_and_are_judged_by_the_same_pairs(train):
    first, second = First(), First()
    outcome, scores = train(0, [first])
    other, others = train(1, [second])
    assert [outcome.status, other.status] == ["finished", "finished"]
    assert len(first.weights) > 3
    for one, two in zip(first.weights, second.weights, strict=True):
        np.testing.assert_array_equal(one, two)
    for column in ("same", "first_identity", "second_identity", "plane_labels"):
        np.testing.assert_array_equal(getattr(scores, column), getattr(others, column))
    assert not np.array_equal(scores.similarity, others.similarity)
    assert np.array_equal(scores.first_identity == scores.second_identity, scores.same)
    assert scores.plane.shape == (18, 2) and set(scores.plane_labels) == {0, 1, 2}
    genuine, impostors = scores.similarity[scores.same], scores.similarity[~scores.same]
    auc = (genuine[:, None] > impostors).mean() + (genuine[:, None] == impostors).mean() / 2
    assert outcome.metrics["auc"] == pytest.approx(auc, abs=0.01)
    assert [point.epoch for point in outcome.curve] == [1, 2]
    assert outcome.curve[-1].accuracy == outcome.metrics["accuracy"]
    assert 0 < outcome.curve[0].seconds < outcome.curve[1].seconds == outcome.cost.seconds
    assert outcome.cost.processor_seconds > 0 and outcome.cost.peak_bytes > 10**8
    assert outcome.cost.parameters == 4 * 9 + 2 * 4 + 8 * 4 * 36 + 8
    assert outcome.versions["tfface"] and outcome.run


@pytest.mark.soak
def test_seeds_begin_with_other_weights(train):
    first, second = First(), First()
    train(0, [first], seeds=[0, 1], losses=["softmax"], budget={"epochs": 1})
    train(1, [second], seeds=[0, 1], losses=["softmax"], budget={"epochs": 1})
    assert not np.array_equal(first.weights[0], second.weights[0])


def test_a_loss_that_is_not_finite_has_diverged(train):
    base = {"batch": 10, "evaluation": {"folds": 3}, "optimizer": {"name": "sgd", "learning_rate": 1e30}}
    outcome, scores = train(0, base=base)
    assert (outcome.status, outcome.metrics, scores) == ("diverged", {}, None)
    assert "is nan" in outcome.reason and "learning rate that is too high" in outcome.reason


def test_one_point_for_everybody_is_a_collapse(train):
    class Point(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            *_, beta = self.model.backbone.trainable_variables
            beta.assign(1e6 * np.ones(beta.shape))

    outcome, scores = train(0, [Point()])
    assert outcome.status == "collapsed" and "nearly one point" in outcome.reason
    assert scores is not None and len(outcome.curve) == 2


def test_an_error_is_a_failed_cell_with_its_reason(train, tmp_path):
    class Fault(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise MemoryError("none left")

    outcome, _ = train(0, [Fault()])
    assert (outcome.status, outcome.reason) == ("failed", "MemoryError: none left")
    assert len(outcome.curve) == 1
    assert "Traceback" in (tmp_path / "error.txt").read_text()


def test_faces_are_decoded_once_for_all_their_parts(faces):
    found = tfface.data.folder(str(faces))
    images = found.images(channels=1)
    known = DecodedFaces(found, images)
    part = known.subset([7, 0, 40]).min_images(1).split(2)[0]
    assert part.identities == ["p0", "p1"]
    np.testing.assert_array_equal(part.load((12, 12), 1).images, images[[7, 0]])
