"""FaceModel: any loss in plain `fit`, state saved and restored, label-free inference."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

import tfface

CLASSES, SIZE = 7, 12


def backbone(dtype=None):
    inputs = keras.Input((6, 6, 1))
    x = keras.layers.Flatten()(inputs)
    return keras.Model(inputs, keras.layers.Dense(SIZE, dtype=dtype)(x))


def head(loss):
    dot = getattr(loss, "inputs", "cosine") == "dot" or any(
        getattr(part, "inputs", "") == "dot" for part in getattr(loss, "losses", [])
    )
    return (tfface.layers.LinearHead if dot else tfface.layers.CosineHead)(CLASSES)


def make(loss, **options):
    model = tfface.FaceModel(backbone(), head(loss))
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), loss=loss, **{"metrics": ["accuracy"], **options})
    return model


def data(size=32):
    random = np.random.default_rng(0)
    return random.random((size, 6, 6, 1)).astype("float32"), random.integers(0, CLASSES, size)


LOSSES = [
    tfface.Softmax(),
    tfface.ArcFace(),
    tfface.AdaFace(),
    tfface.SphereFace(),
    tfface.TripletLoss(),
    tfface.ContrastiveLoss(),
    tfface.Softmax() + 0.003 * tfface.CenterLoss(CLASSES),
    tfface.ArcFace() + 0.5 * tfface.TripletLoss() + 0.01 * tfface.CenterLoss(CLASSES, alpha=0.2),
]
STATEFUL = [
    tfface.AdaFace(),
    tfface.SphereFace(),
    tfface.CurricularFace(),
    tfface.ArcFace() + 0.1 * tfface.CenterLoss(CLASSES),
]


def state(model):
    return {name: np.array(tf.convert_to_tensor(value)) for name, value in model.loss_state.read().items()}


def assert_same_weights(one, other, tolerance=0.0):
    for ours, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: repr(loss)[:40])
def test_fit_save_load_and_go_on(loss, tmp_path):
    keras.utils.set_random_seed(1)
    images, labels = data()
    model = make(loss)
    history = model.fit(images, labels, epochs=2, batch_size=16, verbose=0, validation_data=(images, labels)).history
    assert np.all(np.isfinite(history["loss"])) and np.all(np.isfinite(history["val_loss"]))
    assert "accuracy" in history
    if loss.kind == "joint":
        parts = {part.name: weight for part, weight in zip(loss.losses, loss.weights, strict=True)}
        np.testing.assert_allclose(history["loss"], sum(np.array(history[name]) for name in parts), rtol=1e-5)

    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert_same_weights(model, again)
    assert model.evaluate(images, labels, verbose=0) == again.evaluate(images, labels, verbose=0)
    assert again.loss.get_config() == loss.get_config()
    for one in (model, again):
        one.fit(images, labels, epochs=1, batch_size=16, verbose=0, shuffle=False)
    # Equal only if optimiser slots and the loss's state were restored too.
    assert_same_weights(model, again, 1e-6)
    assert {k: v.tolist() for k, v in state(model).items()} == {k: v.tolist() for k, v in state(again).items()}


@pytest.mark.parametrize("loss", STATEFUL, ids=lambda loss: loss.name)
def test_state_moves_in_training_and_not_in_evaluation(loss):
    images, labels = data()
    model = make(loss)
    before = state(model)
    model.evaluate(images, labels, verbose=0)
    for name, value in state(model).items():
        np.testing.assert_array_equal(value, before[name])
    model.fit(images, labels, verbose=0)
    for name, value in state(model).items():
        assert np.any(value != before[name]), name


@pytest.mark.parametrize("loss", STATEFUL, ids=lambda loss: loss.name)
def test_reload_without_compile_and_recompile(loss, tmp_path):
    images, labels = data()
    model = make(loss)
    model.fit(images, labels, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras", compile=False)
    np.testing.assert_array_equal(again.embed(images), model.embed(images))
    again.compile("sgd", loss=loss)
    for name, value in state(again).items():
        np.testing.assert_array_equal(value, state(model)[name])
    # A recompilation after fit, with another loss and back, keeps the values too.
    kept = state(model)
    model.compile("sgd", loss=tfface.ArcFace())
    model.compile("sgd", loss=loss)
    for name, value in state(model).items():
        np.testing.assert_array_equal(value, kept[name])


def test_center_moves_as_published():
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent / "losses"))
    import reference as ref

    images, labels = data()
    model = make(tfface.Softmax() + 0.1 * tfface.CenterLoss(CLASSES, alpha=0.3))
    embeddings = model.embed(images, normalize=False).astype("float64")
    model.fit(images, labels, batch_size=len(labels), verbose=0)
    expected = ref.moved_centers(labels, embeddings, np.zeros((CLASSES, SIZE)), 0.3)
    np.testing.assert_allclose(state(model)["centers"], expected, rtol=1e-4, atol=1e-5)


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


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_keeps_the_head_in_float32(policy, tmp_path):
    images, labels = data()
    keras.mixed_precision.set_global_policy(policy)
    try:
        model = make(tfface.ArcFace() + 0.01 * tfface.CenterLoss(CLASSES))
        history = model.fit(images, labels, epochs=12, verbose=0).history
        assert model.predict(images, verbose=0).dtype == np.float32
        assert model.embed(images).dtype == np.float32
    finally:
        keras.mixed_precision.set_global_policy("float32")
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    for one in (model, again):
        one.fit(images, labels, verbose=0, shuffle=False)
    assert_same_weights(model, again, 1e-6)
    assert np.all(np.isfinite(history["loss"])) and history["loss"][-1] < history["loss"][0]


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: repr(loss)[:40])
def test_xla_equals_the_plain_graph(loss):
    images, labels = data()
    trained = []
    for jit in (False, True):
        keras.utils.set_random_seed(3)
        model = make(loss, jit_compile=jit, metrics=None)
        model.fit(images, labels, epochs=3, verbose=0, shuffle=False)
        trained.append(model)
    assert_same_weights(*trained, tolerance=1e-3)


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


def test_partial_head_learns_like_the_dense_one():
    """Sampling all classes is the dense head, in whatever order the classes come."""
    images, labels = data()
    trained = []
    for options in ({}, {"engine": "partial", "sample_rate": 1.0}):
        keras.utils.set_random_seed(3)
        model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES, **options))
        model.compile("sgd", loss=tfface.ArcFace(), metrics=["accuracy"])
        model.fit(images, labels, epochs=3, verbose=0, shuffle=False)
        trained.append(model.backbone)
    assert_same_weights(*trained, tolerance=1e-4)


def test_partial_head_moves_only_sampled_classes(tmp_path):
    images, labels = data(8)
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(400, engine="partial", sample_rate=0.05))
    model.compile("sgd", loss=tfface.ArcFace(), metrics=["accuracy"])
    before = np.array(model.head.get_weights()[0])
    model.fit(images, labels, epochs=1, verbose=0)
    moved = np.any(model.head.get_weights()[0] != before, axis=1)
    assert moved.sum() <= 20 and np.all(moved[np.unique(labels)])
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(images, verbose=0), model.predict(images, verbose=0))


def test_partial_head_refuses_a_sample_below_the_batch():
    images, labels = data()
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(40, engine="partial", sample_rate=0.1))
    model.compile("sgd", loss=tfface.ArcFace())
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(16, drop_remainder=True)
    with pytest.raises(ValueError, match=r"16 classes.*0.1 of 40 classes are 4.*at least 0.4"):
        model.fit(dataset, verbose=0)


def test_partial_head_refuses_a_batch_of_unknown_size_that_does_not_fit():
    images, _ = data(16)
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(40, engine="partial", sample_rate=0.1))
    model.compile("sgd", loss=tfface.ArcFace())
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"0\.1 of 40 classes are 4, a batch holds more"):
        model.fit(tf.data.Dataset.from_tensor_slices((images, np.arange(16))).batch(16), verbose=0)


def test_an_uncompiled_model_saves_and_stays_uncompiled(tmp_path):
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES))
    model.save(tmp_path / "one.keras")
    again = keras.models.load_model(tmp_path / "one.keras", compile=False)
    again.save(tmp_path / "two.keras")
    assert keras.models.load_model(tmp_path / "two.keras").loss is None
    assert_same_weights(model, again)


def test_accuracy_is_the_heads_when_only_embeddings_are_trained():
    images, labels = data()
    model = make(tfface.TripletLoss())
    accuracy = model.evaluate(images, labels, verbose=0)[1]
    assert accuracy == pytest.approx(np.mean(model.predict(images, verbose=0).argmax(axis=1) == labels))


@pytest.mark.parametrize("options", [{}, {"engine": "partial", "sample_rate": 1.0}])
def test_xla_makes_labels_out_of_range_visible(options):
    images, labels = data()
    model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES, **options))
    model.compile("sgd", loss=tfface.ArcFace(), jit_compile=True)
    assert np.isnan(model.fit(images, labels + CLASSES, verbose=0).history["loss"][0])


def test_sub_centers_score_the_nearest():
    head = tfface.layers.CosineHead(3, sub_centers=2)
    head.build((None, 2))
    kernel = np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, -1]], "float32")
    head.set_weights([kernel, *head.get_weights()[1:]])
    cosines = head(np.array([[0.0, 5.0]], "float32"))
    np.testing.assert_allclose(cosines, [[1.0, 0.0, np.sqrt(0.5)]], atol=1e-6)


class TestErrors:
    def test_parts_of_the_wrong_kind(self):
        with pytest.raises(TypeError, match="backbone: expected a Keras model, received str"):
            tfface.FaceModel("resnet")
        with pytest.raises(ValueError, match="built Functional or Sequential"):
            tfface.FaceModel(keras.Sequential([keras.layers.Dense(3)]))
        images = keras.Input((6, 6, 1))
        with pytest.raises(ValueError, match=r"embeddings \(B, D\), received \(None, 6, 6, 2\)"):
            tfface.FaceModel(keras.Model(images, keras.layers.Conv2D(2, 1)(images)))
        with pytest.raises(TypeError, match="head: expected a CosineHead or a LinearHead, received Dense"):
            tfface.FaceModel(backbone(), keras.layers.Dense(3))

    def test_a_head_that_does_not_fit_its_loss(self):
        with pytest.raises(ValueError, match=r"ArcFace: expected a CosineHead.*received a LinearHead"):
            tfface.FaceModel(backbone(), tfface.layers.LinearHead(3)).compile("sgd", loss="arcface")
        with pytest.raises(ValueError, match=r"Softmax: expected a LinearHead.*received no head"):
            tfface.FaceModel(backbone()).compile("sgd", loss="softmax")
        with pytest.raises(ValueError, match="CenterLoss: num_classes=5, but the head has num_classes=7"):
            make(tfface.ArcFace() + tfface.CenterLoss(5))

    def test_arguments_that_would_be_lost(self):
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

    def test_state_of_another_shape(self):
        model = tfface.FaceModel(backbone())
        model.compile("sgd", loss=tfface.CenterLoss(5))
        with pytest.raises(ValueError, match=r"'centers'.*shape \(5, 12\).*\(6, 12\)"):
            model.compile("sgd", loss=tfface.CenterLoss(6))

    def test_no_loss(self):
        images, labels = data()
        model = tfface.FaceModel(backbone(), tfface.layers.CosineHead(CLASSES))
        model.compile("sgd")
        with pytest.raises(ValueError, match="expected a loss"):
            model.fit(images, labels, verbose=0)

    @pytest.mark.parametrize("bad", [0, 2.5, True, "ten"])
    def test_heads_check_their_arguments(self, bad):
        with pytest.raises(ValueError, match="num_classes"):
            tfface.layers.CosineHead(bad)
        with pytest.raises(ValueError, match="sub_centers"):
            tfface.layers.CosineHead(3, sub_centers=0)
        with pytest.raises(ValueError, match="engine: expected"):
            tfface.layers.CosineHead(3, engine="magic")
        with pytest.raises(ValueError, match="sample_rate"):
            tfface.layers.CosineHead(3, engine="partial", sample_rate=1.5)
