"""What every loss refuses, and how it says so: the argument, what was expected and what came."""

import numpy as np
import pytest
import tensorflow as tf
from cases import CLASSES, make
from tensorflow import keras

import tfface

BAD_ARGUMENTS = [
    ("arcface", {"margin": -0.1}),
    ("arcface", {"margin": 4.0}),
    ("arcface", {"margin": float("nan")}),
    ("arcface", {"margin": "wide"}),
    ("arcface", {"scale": 0}),
    ("arcface", {"boundary": "soft"}),
    ("arcface", {"gradient": "wrong"}),
    ("arcface", {"label_smoothing": 1.0}),
    ("cosface", {"margin": 2.0}),
    ("sphereface", {"margin": 1.5}),
    ("adaface", {"momentum": 0.0}),
    ("combined", {"m1": 0.0}),
    ("airface", {"margin": 4.0}),
    ("sphereface_r", {"margin": 0.5}),
    ("coco", {"epsilon": 0.0}),
    ("soft_margin_softmax", {"margin": -1.0}),
    ("mv_softmax", {"base": "cos"}),
    ("mv_softmax", {"margin": 3.5}),
    ("curricularface", {"momentum": 2.0}),
    ("magface", {"upper_margin": 0.3}),
    ("magface", {"upper_norm": 5.0}),
    ("circle_class", {"margin": 1.5}),
    ("l_softmax", {"margin": 2.5}),
    ("l2_softmax", {"alpha": 0.0}),
    ("adacos", {"dynamic": "yes"}),
    ("elasticface", {"base": "am"}),
    ("elasticface", {"deviation": -0.1}),
    ("sphereface2", {"positive_weight": 1.0}),
    ("sphereface2", {"exponent": 0.5}),
    ("uniface", {"bias": "none"}),
    ("center", {"alpha": 1.5}),
    ("barlow_twins", {"off_diagonal": -1.0}),
    ("barlow_twins", {"form": "l2"}),
    ("vicreg", {"epsilon": 0.0}),
    ("simclr", {"temperature": 0.0}),
    ("moco", {"queue_size": 0}),
    ("contrastive", {"margin": 0.0}),
    ("marginal", {"threshold": 5.0}),
    ("range", {"k": 0}),
    ("minimum_margin", {"alpha": 0.0}),
    ("minimum_margin", {"pairs": "all", "centers": "batch"}),
    ("proxy_nca", {"denominator": "none"}),
    ("proxy_anchor", {"scale": -1.0}),
    ("soft_triple", {"sub_centers": 0}),
    ("contrastive", {"distance": "manhattan"}),
    ("npairs", {"regularization": -1.0}),
    ("npairs", {"pairs": "each"}),
    ("lifted_structure", {"form": "smooth"}),
    ("tuplet_margin", {"margin": 2.0}),
    ("tuplet_margin", {"epsilon": 1.0}),
    ("angular", {"alpha": 1.2}),
    ("fastap", {"bins": 0}),
    ("triplet", {"mining": "hardest"}),
    ("triplet", {"margin": "soft", "mining": "semi-hard-all"}),
    ("triplet", {"margin": "soft", "form": "squared"}),
    ("triplet", {"mining": "distance-weighted", "normalize": False}),
    ("circle", {"scope": "all"}),
    ("circle", {"positive_optimum": "one"}),
    ("multi_similarity", {"alpha": 0.0}),
    ("supcon", {"base_temperature": 0.0}),
    ("ntxent", {"temperature": -0.1}),
    ("distance_weighted_margin", {"beta": 0.0}),
    ("distance_weighted_margin", {"distance": "dot"}),
    ("cross_batch_memory", {"size": 0}),
    ("cross_batch_memory", {"loss": tfface.TripletLoss(mining="none")}),
]


@pytest.mark.parametrize("name, bad", BAD_ARGUMENTS, ids=str)
def test_arguments_outside_their_domain_are_named(name, bad):
    with pytest.raises(ValueError) as error:
        make(name, **bad)
    value = next(iter(bad.values()))
    assert next(iter(bad)) in str(error.value) and "expected" in str(error.value)
    assert str(value) in str(error.value)


def test_unknown_names_and_arguments_are_helped():
    with pytest.raises(ValueError, match=r"'arcfase', did you mean 'arcface'"):
        tfface.losses.get("arcfase")
    with pytest.raises(TypeError, match=r"unknown argument 'margn'; expected margin, scale"):
        tfface.losses.get("arcface", margn=0.5)
    with pytest.raises(TypeError, match=r"center.*num_classes.*missing"):
        tfface.losses.get("center")


def test_wrong_inputs_are_refused():
    cosines = np.zeros((3, 4), "float32")
    with pytest.raises(ValueError, match=r"class ids from 0 to 3.*received 9$"):
        tfface.ArcFace()(np.array([0, 1, 9]), cosines)
    with pytest.raises(ValueError, match=r"one-hot rows \(B, 4\).*\(3, 5\)"):
        tfface.ArcFace()(np.zeros((3, 5)), cosines)
    with pytest.raises(ValueError, match=r"cosines in \[-1, 1\].*up to 7"):
        tfface.ArcFace()(np.zeros(3), cosines + 7.0)
    with pytest.raises(ValueError, match=r"scores .*received shape"):
        tfface.ArcFace()(np.zeros(3), np.zeros((3,), "float32"))
    with pytest.raises(ValueError, match=r"embeddings \(B, D\), received shape"):
        tfface.TripletLoss()(np.zeros(3), np.zeros((3, 2, 2), "float32"))
    with pytest.raises(ValueError, match=r"triplets of embeddings \(B, 3, D\)"):
        tfface.TripletLoss(mining="none")(np.zeros(3), np.zeros((3, 2), "float32"))


NEEDING = [
    tfface.SphereFace(),
    tfface.AdaFace(),
    tfface.CurricularFace(),
    tfface.MagFace(),
    tfface.LSoftmax(),
    tfface.L2Softmax(),
    tfface.SphereFace2(),
    tfface.CenterLoss(CLASSES),
    tfface.DistanceWeightedMargin(),
    tfface.CrossBatchMemory("triplet", size=8),
]


@pytest.mark.parametrize("loss", NEEDING, ids=repr)
def test_losses_that_need_a_face_model_say_what_to_write(loss):
    with pytest.raises(ValueError, match=r"(?s)write instead:.*tfface.FaceModel\(.*model.compile\("):
        loss(np.zeros(3), np.zeros((3, CLASSES), "float32"))


NOT_ONE_HOT = {
    "soft": [[0.1, 0.9, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]],
    "smoothed": [[0.925, 0.025, 0.025, 0.025], [0.025, 0.025, 0.025, 0.925]],
    "two of them": [[0, 1, 0, 1], [0, 0, 0, 1]],
    "none": [[0, 0, 0, 0], [0, 0, 0, 1]],
    "a two": [[0, 0, 2, 0], [0, 0, 0, 1]],
    "nan": [[0, np.nan, 0, 0], [0, 0, 0, 1]],
}


@pytest.mark.parametrize("case", NOT_ONE_HOT)
def test_rows_that_are_not_one_hot_are_refused(case):
    labels = np.array(NOT_ONE_HOT[case])
    with pytest.raises(ValueError, match=r"one-hot rows of one 1 among zeros, received \["):
        tfface.functional.class_ids(labels, 4)
    with pytest.raises(tf.errors.InvalidArgumentError, match="one-hot rows of one 1 among zeros"):
        tf.function(tfface.functional.class_ids)(tf.constant(labels), 4)


def test_floats_that_are_no_class_ids_are_refused():
    for labels in ([0.0, 1.5], [np.nan, 1.0], [[0.25], [1.0]]):
        with pytest.raises(ValueError, match=r"expected whole numbers as class ids, received (1\.5|nan|0\.25)"):
            tfface.functional.class_ids(labels)
    with pytest.raises(tf.errors.InvalidArgumentError, match="expected whole numbers"):
        tf.function(tfface.functional.class_ids)(tf.constant([0.0, 1.5]))


def test_labels_out_of_range_stop_a_fit():
    model = keras.Sequential([keras.Input((3,)), tfface.layers.CosineHead(4)])
    model.compile("sgd", loss=tfface.ArcFace())
    with pytest.raises(tf.errors.InvalidArgumentError, match="expected class ids from 0 to 3"):
        model.fit(np.ones((2, 3)), np.array([0, 4]), verbose=0)
