"""Vision transformers for faces: patches of an aligned face, each compared with all others."""

from tensorflow import keras

from ..._check import number
from ._layers import norm
from .attention import Attention, PositionEmbedding

_HEADS, _PATCH = 8, 9


def vit_tiny(input_shape=(112, 112, 3), embedding_size=512, drop_path=0.05, name="vit_tiny"):
    """ViT-Tiny for faces (InsightFace's `vit_t`, without masks): 12 layers of width 256 on patches of 9 × 9 pixels.

    Images are standardised, (x − 127.5) / 128. The embedding sees all patches side by side, not their mean or a class
    token. The outputs of the layers are the layers `block1`, ….

    Args:
        input_shape: (H, W, channels); what is left of whole patches is not seen.
        embedding_size: D.
        drop_path: how often the last layer is left out in training; layers before it less often.
        name: of the model.

    Returns:
        A Keras model, images (B, H, W, channels) → embeddings (B, D) in float32.

    Raises:
        ValueError: a rate that is none, or an image smaller than a patch.

    Example:
        >>> import tfface
        >>> tfface.models.backbones.vit_tiny((36, 36, 3), embedding_size=64).output_shape
        (None, 64)

    Reference:
        Dosovitskiy et al.: An Image is Worth 16x16 Words, 2020, arXiv 2010.11929; An, Deng, Guo, Feng, Zhu, Yang, Liu:
        Killing Two Birds with One Stone: Efficient and Robust Training of Face Recognition CNNs by Partial FC, 2022,
        arXiv 2203.15565.
    """
    return transformer(input_shape, embedding_size, 256, 12, drop_path, name)


def vit_small(input_shape=(112, 112, 3), embedding_size=512, drop_path=0.05, name="vit_small"):
    """ViT-Small for faces (InsightFace's `vit_s`, without masks): as `vit_tiny`, of width 512."""
    return transformer(input_shape, embedding_size, 512, 12, drop_path, name)


def transformer(input_shape, embedding_size, width, depth, drop_path, name="vit"):
    """A transformer of any width, a multiple of 8, and depth."""
    number("drop_path", drop_path, 0, 1, below=True)
    if min(input_shape[:2]) < _PATCH:
        raise ValueError(f"input_shape: expected at least {_PATCH} pixels a side, received {input_shape}")
    inputs = keras.Input(input_shape)
    x = keras.layers.Conv2D(width, _PATCH, _PATCH, name="patches")(inputs)
    x = keras.layers.Reshape((-1, width), name="tokens")(x)
    x = PositionEmbedding(name="positions")(x)
    for block in range(1, depth + 1):
        x = _layer(x, width, drop_path * (block - 1) / (depth - 1), f"block{block}")
    x = keras.layers.Flatten(name="head_flatten")(_layer_norm(x, "head_layer_norm"))
    x = norm(_dense(x, width, "head_dense1", use_bias=False), "head_norm", epsilon=2e-5)
    x = _dense(x, embedding_size, "head_dense2", use_bias=False)
    return keras.Model(inputs, norm(x, "embedding", epsilon=2e-5, dtype="float32"), name=name)


def _layer(x, width, drop_path, name):
    y = _dense(_layer_norm(x, f"{name}_norm1"), 3 * width, f"{name}_qkv", use_bias=False)
    y = _dense(Attention(_HEADS, name=f"{name}_attention")(y), width, f"{name}_project")
    x = keras.layers.Add(name=f"{name}_sum")([x, _dropped(y, drop_path, f"{name}_drop1")])
    y = _dense(_layer_norm(x, f"{name}_norm2"), 4 * width, f"{name}_dense1")
    y = _dense(keras.layers.ReLU(max_value=6.0, name=f"{name}_relu")(y), width, f"{name}_dense2")
    return keras.layers.Add(name=name)([x, _dropped(y, drop_path, f"{name}_drop2")])


def _dropped(x, rate, name):
    """All tokens of an image, or none: stochastic depth."""
    return keras.layers.Dropout(rate, noise_shape=(None, 1, 1), name=name)(x) if rate else x


def _dense(x, width, name, use_bias=True):
    truncated = keras.initializers.TruncatedNormal(stddev=0.02)
    return keras.layers.Dense(width, use_bias=use_bias, kernel_initializer=truncated, name=name)(x)


def _layer_norm(x, name):
    return keras.layers.LayerNormalization(epsilon=1e-5, name=name)(x)
