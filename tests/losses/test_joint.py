"""Sums of losses: arithmetic, names, shared weights, configs."""

import numpy as np
import pytest

import tfface
from tfface._compat import deserialize, serialize
from tfface.functional import Sizes


def test_sums_and_scalings():
    joint = 2 * (tfface.ArcFace() + 0.5 * tfface.TripletLoss()) + tfface.CenterLoss(4)
    assert joint.weights == [2.0, 1.0, 1.0]
    assert [part.name for part in joint.losses] == ["arcface", "triplet", "center"]
    assert deserialize(serialize(joint)).get_config() == joint.get_config()


def test_sums_keep_their_reduction():
    joint = 2.0 * tfface.losses.JointLoss([tfface.ArcFace()], [1.0], reduction="sum") + tfface.CosFace()
    assert joint.reduction == "sum" and joint.weights == [2.0, 1.0]


def test_equal_parts_get_names_apart():
    joint = tfface.TripletLoss(margin=0.1) + tfface.TripletLoss(margin=0.5)
    assert [part.name for part in joint.losses] == ["triplet", "triplet_2"]
    assert joint.losses[1].margin == 0.5


def test_parts_of_one_kind_work_without_a_face_model():
    random = np.random.default_rng(0)
    labels, embeddings = np.array([0, 0, 1, 1]), random.normal(size=(4, 3)).astype("float32")
    one, two = tfface.TripletLoss(mining="all", margin=0.9), tfface.ContrastiveLoss(margin=5.0)
    expected = float(one(labels, embeddings)) + 0.25 * float(two(labels, embeddings))
    np.testing.assert_allclose((one + 0.25 * two)(labels, embeddings), expected, rtol=1e-6)


def test_parts_of_two_kinds_ask_for_a_face_model():
    with pytest.raises(ValueError, match=r"(?s)ArcFace \+ TripletLoss.*write instead.*FaceModel"):
        (tfface.ArcFace() + tfface.TripletLoss())(np.zeros(2), np.zeros((2, 3), "float32"))


def test_losses_over_centers_share_one_table():
    joint = tfface.CenterLoss(4) + tfface.CenterLoss(4)
    assert [spec.name for spec in joint.state(Sizes(8))] == ["centers"]
    with pytest.raises(ValueError, match="shares the weight 'centers'"):
        (tfface.CenterLoss(4, alpha=0.1) + tfface.CenterLoss(4)).state(Sizes(8))
    with pytest.raises(ValueError, match="shares the weight 'centers'"):
        (tfface.CenterLoss(4) + tfface.CenterLoss(5)).state(Sizes(8))


def test_bad_sums():
    with pytest.raises(ValueError, match=r"at least 0.*-1"):
        -1 * tfface.ArcFace()
    with pytest.raises(TypeError):
        tfface.ArcFace() + 3
    with pytest.raises(ValueError, match="reduction"):
        tfface.ArcFace(reduction="sum") + tfface.TripletLoss()
