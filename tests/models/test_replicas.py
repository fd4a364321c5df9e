"""Two replicas learn what one replica learns from the same global batches: loss, weights and state."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

import tfface

CLASSES, SIZE, BATCH, EPOCHS = 6, 8, 16, 5

HEADS = {
    "cosine": lambda: tfface.layers.CosineHead(CLASSES),
    "linear": lambda: tfface.layers.LinearHead(CLASSES),
    "partial": lambda: tfface.layers.CosineHead(CLASSES, engine="partial", sample_rate=1.0),
    "none": lambda: None,
}
# loss, head
CASES = {
    "arcface": (lambda: tfface.ArcFace(scale=16.0), "cosine"),
    "adaface": (lambda: tfface.AdaFace(scale=16.0, momentum=0.3), "cosine"),
    "sphereface": (lambda: tfface.SphereFace(lambda_start=100.0), "cosine"),
    "curricularface": (lambda: tfface.CurricularFace(scale=16.0, momentum=0.3), "cosine"),
    "magface": (lambda: tfface.MagFace(scale=16.0, lower_norm=0.5, upper_norm=5.0), "cosine"),
    "margins with state": (
        lambda: (
            tfface.AdaCos()
            + tfface.ElasticFace(plus=True, deviation=0.1, scale=8.0)
            + 0.1 * tfface.SphereFace2(scale=8.0)
            + 0.1 * tfface.UniFace(scale=8.0, bias="per_class")
        ),
        "partial",
    ),
    "triplet": (lambda: tfface.TripletLoss(mining="semi-hard"), "none"),
    "contrastive": (lambda: tfface.ContrastiveLoss(), "none"),
    "pairs": (lambda: sum_of_losses_on_pairs(), "none"),
    "tuplets": (lambda: sum_of_losses_on_tuplets(), "none"),
    "centers": (lambda: sum_of_losses_over_centers(), "none"),
    "proxies": (
        lambda: tfface.ProxyAnchor(CLASSES, scale=4.0) + tfface.SoftTriple(CLASSES, sub_centers=2),
        "none",
    ),
    "partial": (lambda: tfface.ArcFace(scale=16.0), "partial"),
}


def sum_of_losses_over_centers():
    """Two share the running centres; the others compare pairs, and means of the batch."""
    centers = 0.1 * tfface.CenterLoss(CLASSES) + 0.01 * tfface.MinimumMarginLoss(CLASSES, margin=9.0)
    batch = 0.1 * tfface.CenterLoss(CLASSES, centers="batch")
    return centers + batch + tfface.MarginalLoss() + tfface.RangeLoss(alpha=0.02, beta=0.02, margin=30.0)


def sum_of_losses_on_pairs():
    """With trained weights, with a memory that turns around within an epoch, and with one term for the whole batch."""
    margin = tfface.DistanceWeightedMargin(num_classes=CLASSES, regularization=0.1, mining="easy")
    return margin + tfface.CrossBatchMemory("contrastive", size=20) + tfface.CircleLoss(scale=4.0, scope="batch")


def sum_of_losses_on_tuplets():
    """Those that need more of the other replicas than their embeddings."""
    tuplet_margin = tfface.TupletMargin(scale=4.0, variance_weight=0.5)
    return tuplet_margin + tfface.Angular(0.6) + 0.1 * tfface.LiftedStructure()


def batches(last=13):
    """Two batches. The replicas get 8 + 8 images, then 8 + 5."""
    random = np.random.default_rng(0)
    images = random.normal(size=(BATCH + last, 4, 4, 1)).astype("float32")
    labels = random.integers(0, CLASSES, BATCH + last)
    return tf.data.Dataset.from_tensor_slices((images, labels)).batch(BATCH)


def backbone():
    images = keras.Input((4, 4, 1))
    return keras.Model(images, keras.layers.Dense(SIZE)(keras.layers.Flatten()(images)))


def face_model(make_loss, head):
    model = tfface.FaceModel(backbone(), HEADS[head]())
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss=make_loss())
    return model


def assert_same_training(make, mirrored, data):
    """Trains `make()` on one replica and on two; returns the second."""
    one = make()
    with mirrored.scope():
        two = make()
    start = one.get_weights()
    two.set_weights(start)
    expected, history = (model.fit(data, epochs=EPOCHS, shuffle=False, verbose=0).history for model in (one, two))
    assert history.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_allclose(history[name], values, rtol=1e-4, err_msg=name)
    assert not np.allclose(one.get_weights()[0], start[0])
    for ours, theirs in zip(two.get_weights(), one.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
    return two


def on_each_replica(mirrored, variable):
    variable = variable.value if isinstance(getattr(variable, "value", None), tf.Variable) else variable
    return [np.array(value) for value in mirrored.experimental_local_results(variable)]


@pytest.mark.parametrize("case", CASES)
def test_two_replicas_equal_one(case, mirrored):
    two = assert_same_training(lambda: face_model(*CASES[case]), mirrored, batches())
    for variable in two.weights:
        values = on_each_replica(mirrored, variable)
        assert len(values) == 2
        np.testing.assert_array_equal(*values)


def test_a_replica_with_nothing_to_do(mirrored):
    """Of a last batch of 5 the second replica gets no image."""
    loss = lambda: tfface.AdaFace(scale=16.0) + tfface.TripletLoss() + 0.1 * tfface.CenterLoss(CLASSES)  # noqa: E731
    assert_same_training(lambda: face_model(loss, "partial"), mirrored, batches(last=5))


def test_triplets_in_a_plain_model(mirrored):
    """Keras averages over replicas, so batches are even here."""

    def plain():
        model = backbone()
        model.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss=tfface.TripletLoss())
        return model

    assert_same_training(plain, mirrored, batches(last=BATCH))


def test_a_weighted_sum_is_over_all_replicas(mirrored):
    weights = tf.data.Dataset.from_tensor_slices(np.linspace(0, 1, BATCH + 13, dtype="float32")).batch(BATCH)
    data = tf.data.Dataset.zip((batches(), weights)).map(lambda pair, weight: (*pair, weight))
    loss = lambda: tfface.Softmax(reduction="sum")  # noqa: E731
    assert_same_training(lambda: face_model(loss, "linear"), mirrored, data)


def test_hidden_layers(mirrored):
    """With weights of their own: a layer's centres follow what all replicas saw."""

    def deep():
        images = keras.Input((4, 4, 1))
        x = keras.layers.Conv2D(5, 3, name="block")(images)
        body = keras.Model(images, keras.layers.Dense(SIZE)(keras.layers.Flatten()(x)))
        model = tfface.FaceModel(body, tfface.layers.CosineHead(CLASSES), {"block": None})
        losses = {"block": 0.1 * tfface.CenterLoss(CLASSES)}
        model.compile(keras.optimizers.SGD(0.05, momentum=0.9), tfface.ArcFace(scale=16.0), auxiliary_losses=losses)
        return model

    assert_same_training(deep, mirrored, batches())
