"""FaceModel: plain `fit`, label-free inference, labels in every shape."""

import numpy as np
import pytest
import tensorflow as tf
from small_models import CLASSES, SIZE, backbone, data, make
from tensorflow import keras

import tfface


def test_inference_takes_no_labels():
    images, _ = data(5)
    model = make(tfface.ArcFace())
    scores = model.predict(images, verbose=0)
    assert scores.shape == (5, CLASSES) and np.all(np.abs(scores) <= 1.00001)
    embeddings = model.embed(images)
    assert embeddings.dtype == np.float32 and embeddings.shape == (5, SIZE)
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1.0, rtol=1e-5)
    raw = model.embed(images, normalize=False)
    np.testing.assert_allclose(raw, model.backbone.predict(images, verbose=0), rtol=1e-6)
    dataset = tf.data.Dataset.from_tensor_slices(images).batch(2)
    np.testing.assert_allclose(model.embed(dataset), embeddings, rtol=1e-5, atol=1e-6)


def test_a_model_without_head_gives_embeddings():
    images, labels = data()
    model = tfface.FaceModel(backbone())
    model.compile("sgd", loss="triplet")
    model.fit(images, labels, verbose=0)
    assert model.predict(images, verbose=0).shape == (32, SIZE)


def test_the_backbone_exports(tmp_path):
    images, _ = data(4)
    model = make(tfface.ArcFace())
    model.backbone.export(tmp_path / "served")
    served = tf.saved_model.load(str(tmp_path / "served"))
    np.testing.assert_allclose(served.serve(images), model.embed(images, normalize=False), rtol=1e-5)


@pytest.mark.parametrize("labels_as", ["ints", "column", "one-hot", "floats"])
def test_labels_in_every_shape(labels_as):
    images, labels = data()
    forms = {
        "ints": labels,
        "column": labels[:, None],
        "one-hot": np.eye(CLASSES)[labels],
        "floats": labels.astype("float32"),
    }
    keras.utils.set_random_seed(0)
    model = make(tfface.ArcFace(scale=8.0))
    loss, accuracy = model.evaluate(images, forms[labels_as], verbose=0)
    predicted = model.predict(images, verbose=0).argmax(axis=1)
    assert accuracy == pytest.approx(np.mean(predicted == labels))
    assert loss == pytest.approx(float(tfface.ArcFace(scale=8.0)(labels, model.predict(images, verbose=0))), rel=1e-5)


def test_sample_weights_weigh():
    images, labels = data()
    model = make(tfface.ArcFace(scale=8.0))
    weights = np.linspace(0, 1, len(labels)).astype("float32")
    loss = model.evaluate(images, labels, sample_weight=weights, verbose=0)[0]
    each = tfface.ArcFace(scale=8.0, reduction="none")(labels, model.predict(images, verbose=0))
    assert loss == pytest.approx(float(np.mean(each * weights)), rel=1e-5)


def test_regularization_joins_the_loss():
    images, labels = data()
    inputs = keras.Input((6, 6, 1))
    x = keras.layers.Dense(SIZE, kernel_regularizer=keras.regularizers.L2(0.1))(keras.layers.Flatten()(inputs))
    model = tfface.FaceModel(keras.Model(inputs, x), tfface.layers.CosineHead(CLASSES))
    model.compile("sgd", loss=tfface.ArcFace())
    plain = float(tfface.ArcFace()(labels, model.predict(images, verbose=0)))
    kernel = model.backbone.layers[-1].kernel
    extra = 0.1 * float(tf.reduce_sum(tf.square(tf.convert_to_tensor(kernel))))
    assert model.evaluate(images, labels, verbose=0) == pytest.approx(plain + extra, rel=1e-5)


def test_accuracy_is_the_heads_when_only_embeddings_are_trained():
    images, labels = data()
    model = make(tfface.TripletLoss())
    accuracy = model.evaluate(images, labels, verbose=0)[1]
    assert accuracy == pytest.approx(np.mean(model.predict(images, verbose=0).argmax(axis=1) == labels))


def test_sub_centers_score_the_nearest():
    head = tfface.layers.CosineHead(3, sub_centers=2)
    head.build((None, 2))
    kernel = np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, -1]], "float32")
    head.set_weights([kernel, *head.get_weights()[1:]])
    cosines = head(np.array([[0.0, 5.0]], "float32"))
    np.testing.assert_allclose(cosines, [[1.0, 0.0, np.sqrt(0.5)]], atol=1e-6)


def test_scores_of_inference_can_be_converted():
    """With kernels that other formats have: training has one for norms that they do not."""
    images, _ = data()
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES))
    signature = [tf.TensorSpec(images[:1].shape, tf.float32)]
    scores = tf.function(lambda images: model(images, training=False), input_signature=signature)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([scores.get_concrete_function()], model)
    assert converter.convert()
