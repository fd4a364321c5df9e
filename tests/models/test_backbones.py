"""The networks for faces: what they give, how they are named in recipes, saved, and run in half precision."""

import numpy as np
import pytest
import tensorflow as tf
from small_models import assert_same_weights
from tensorflow import keras

import tfface
from tfface.models import backbones
from tfface.models.backbones.attention import Attention
from tfface.models.backbones.grouped_conv import GroupedConv2D
from tfface.models.backbones.vit import transformer

SHAPE = (36, 32, 1)
SMALL = {
    "small_cnn": lambda: backbones.small_cnn(SHAPE, 8, widths=(4,)),
    "gabor_cnn": lambda: backbones.gabor_cnn(SHAPE, 8, widths=(4,), wavelengths=(4,)),
    "mobilefacenet": lambda: backbones.mobilefacenet(SHAPE, 8, blocks=(1, 1, 0, 0), scale=1, dropout=0.1),
    "vit": lambda: transformer(SHAPE, 8, width=16, depth=2, drop_path=0.5),
}


def images(number=2):
    return np.random.default_rng(0).uniform(-1, 1, (number, *SHAPE)).astype(np.float32)


@pytest.mark.parametrize("name", SMALL)
def test_trains_in_half_precision_and_is_saved(name, tmp_path):
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        model = tfface.FaceModel(SMALL[name](), tfface.layers.CosineHead(3))
    finally:
        keras.mixed_precision.set_global_policy("float32")
    assert model.backbone(images()).dtype == tf.float32
    model.compile("sgd", loss=tfface.ArcFace(margin=0.1, scale=4.0), run_eagerly=True)
    assert np.isfinite(model.train_on_batch(images(4), np.array([0, 1, 2, 0])))
    model.backbone.save(tmp_path / "backbone.keras")
    again = keras.models.load_model(tmp_path / "backbone.keras")
    np.testing.assert_array_equal(again(images()), model.backbone(images()))
    model.backbone.save_weights(tmp_path / "backbone.weights.h5")
    other = SMALL[name]()
    other.load_weights(tmp_path / "backbone.weights.h5")
    assert_same_weights(other, model.backbone)


@pytest.mark.parametrize("head", ["E", "F", "GDC", "GAP"])
def test_heads(head):
    model = backbones.mobilefacenet((32, 32, 3), 8, blocks=(1, 0, 0, 0), scale=1, dropout=0.3, head=head)
    assert model.output_shape == (None, 8)
    last = [layer.name for layer in model.layers if layer.name.startswith(("head", "embedding"))]
    assert (
        last
        == {
            "E": ["head_norm", "head_dropout", "head_flatten", "head_dense", "embedding"],
            "F": ["head_dropout", "head_flatten", "head_dense", "embedding"],
            "GDC": ["head_depthwise", "head_norm", "head_dropout", "head_flatten", "head_dense", "embedding"],
            "GAP": ["head_norm", "head_pool", "head_dropout", "head_dense", "embedding"],
        }[head]
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"head": "GCD"}, "head: expected one of 'E', 'F', 'GDC', 'GAP', received 'GCD'"),
        ({"dropout": 1.0}, "dropout: expected a number in"),
    ],
)
def test_wrong_arguments_of_a_head(arguments, told):
    with pytest.raises(ValueError, match=told):
        backbones.iresnet18(SHAPE, **arguments)


def test_an_image_smaller_than_a_patch():
    with pytest.raises(ValueError, match="input_shape: expected at least 9 pixels"):
        backbones.vit_tiny((8, 8, 3))


def test_a_convolution_in_groups_is_that_of_each_group():
    x = np.random.default_rng(0).normal(size=(2, 5, 6, 12)).astype(np.float32)
    layer = GroupedConv2D(3, 3)
    y = np.asarray(layer(x))
    for group in range(4):
        part = slice(3 * group, 3 * group + 3)
        expected = tf.nn.conv2d(x[..., part], np.asarray(layer.kernel)[..., part], 1, "SAME")
        np.testing.assert_allclose(y[..., part], expected, rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="group: expected a divisor of 10 channels, received 3"):
        GroupedConv2D(3, 3).build((None, 4, 4, 10))


def test_attention_is_softmax_of_products():
    x = np.random.default_rng(0).normal(size=(2, 4, 24)).astype(np.float32)
    y = np.asarray(Attention(heads=2)(x))
    for head in range(2):
        queries, keys, values = (x[..., start + 4 * head : start + 4 * head + 4] for start in (0, 8, 16))
        weights = np.exp(np.einsum("bqd,bkd->bqk", queries, keys) / 2)
        expected = np.einsum("bqk,bkd->bqd", weights / weights.sum(-1, keepdims=True), values)
        np.testing.assert_allclose(y[..., 4 * head : 4 * head + 4], expected, rtol=1e-4, atol=1e-5)


def test_a_recipe_may_name_them():
    from tfface.training import build, load_recipe

    def recipe(backbone):
        return load_recipe({"data": {"source": "orl"}, "loss": "arcface", "epochs": 1, "backbone": backbone})

    given = recipe({"name": "iresnet18", "embedding_size": 16, "head": "GAP"})
    assert build.make_backbone(given, SHAPE).output_shape == (None, 16)
    for name in ("iresnet18", "iresnet34", "iresnet50", "iresnet100", "mobilefacenet", "mobilefacenet_large", "gabor"):
        assert build.find_backbone(recipe(name)) is getattr(backbones, name)
    with pytest.raises(ValueError, match="unknown backbone 'iresnet51', did you mean"):
        build.find_backbone(recipe("iresnet51"))


def test_no_two_layers_start_alike():
    networks = (
        backbones.iresnet18(SHAPE, 8),
        backbones.ghostfacenet(SHAPE, 8),
        SMALL["mobilefacenet"](),
        SMALL["vit"](),
    )
    for network in networks:
        kernels = [weight.numpy().ravel()[:4].tolist() for weight in network.weights if "kernel" in weight.name]
        assert len(kernels) == len({tuple(kernel) for kernel in kernels}) > 3
