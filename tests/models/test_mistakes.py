"""What a FaceModel and its heads refuse, and how they say so."""

import pytest
from small_models import CLASSES, backbone, data, make
from tensorflow import keras

import tfface


def test_parts_of_the_wrong_kind():
    with pytest.raises(TypeError, match="backbone: expected a Keras model, received str"):
        tfface.FaceModel("resnet")
    with pytest.raises(ValueError, match="built Functional or Sequential"):
        tfface.FaceModel(keras.Sequential([keras.layers.Dense(3)]))
    images = keras.Input((6, 6, 1))
    with pytest.raises(ValueError, match=r"embeddings \(B, D\), received \(None, 6, 6, 2\)"):
        tfface.FaceModel(keras.Model(images, keras.layers.Conv2D(2, 1)(images)))
    with pytest.raises(TypeError, match="head: expected a CosineHead or a LinearHead, received Dense"):
        tfface.FaceModel(backbone(), keras.layers.Dense(3))


def test_a_head_that_does_not_fit_its_loss():
    with pytest.raises(ValueError, match=r"ArcFace: expected a CosineHead.*received a LinearHead"):
        tfface.FaceModel(backbone(), tfface.layers.LinearHead(3)).compile("sgd", loss="arcface")
    with pytest.raises(ValueError, match=r"Softmax: expected a LinearHead.*received no head"):
        tfface.FaceModel(backbone()).compile("sgd", loss="softmax")
    with pytest.raises(ValueError, match="CenterLoss: num_classes=5, but the head has num_classes=7"):
        make(tfface.ArcFace() + tfface.CenterLoss(5))


def test_arguments_that_would_be_lost():
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES))
    with pytest.raises(ValueError, match=r"reduction: expected.*received 'none'"):
        model.compile("sgd", loss=tfface.ArcFace(reduction="none"))
    with pytest.raises(ValueError, match="loss_weights: write the weights in the sum"):
        model.compile("sgd", loss=tfface.ArcFace(), loss_weights=[2.0])
    with pytest.raises(ValueError, match="unknown name"):
        model.compile("sgd", loss=["arcface"])
    model.compile("sgd", loss="arcface")
    with pytest.raises(ValueError, match="received no labels"):
        model.fit(data()[0], verbose=0)


def test_state_of_another_shape():
    model = tfface.FaceModel(backbone())
    model.compile("sgd", loss=tfface.CenterLoss(5))
    with pytest.raises(ValueError, match=r"'centers'.*shape \(5, 12\).*\(6, 12\)"):
        model.compile("sgd", loss=tfface.CenterLoss(6))


def test_no_loss():
    images, labels = data()
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES))
    model.compile("sgd")
    with pytest.raises(ValueError, match="expected a loss"):
        model.fit(images, labels, verbose=0)


@pytest.mark.parametrize("bad", [0, 2.5, True, "ten"])
def test_heads_check_their_arguments(bad):
    with pytest.raises(ValueError, match="num_classes"):
        tfface.layers.CosineHead(bad)
    with pytest.raises(ValueError, match="sub_centers"):
        tfface.layers.CosineHead(3, sub_centers=0)
    with pytest.raises(ValueError, match="engine: expected"):
        tfface.layers.CosineHead(3, engine="magic")
    with pytest.raises(ValueError, match="sample_rate"):
        tfface.layers.CosineHead(3, engine="partial", sample_rate=1.5)
