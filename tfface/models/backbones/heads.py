"""Embedding heads: what makes an embedding of a network's last maps, named by one word as in the articles."""

from functools import partial

from tensorflow import keras

from ..._check import choice, number, whole
from ._layers import norm


def fully_connected(x, size, dropout):
    """E: normalisation – dropout – dense – normalisation, as in ArcFace."""
    return flat(norm(x, "head_norm"), size, dropout)


def flat(x, size, dropout):
    """F: E without its first normalisation."""
    x = keras.layers.Flatten(name="head_flatten")(_dropped(x, dropout))
    # The length of the embeddings is not to be learnt here, hence no scale.
    return _embedding(_dense(x, size, use_bias=True), scale=False)


def global_depthwise(x, size, dropout):
    """GDC: a weight for each position of each channel – normalisation – dropout – dense – normalisation."""
    x = keras.layers.DepthwiseConv2D(tuple(x.shape[1:3]), use_bias=False, name="head_depthwise")(x)
    x = keras.layers.Flatten(name="head_flatten")(_dropped(norm(x, "head_norm"), dropout))
    return _embedding(_dense(x, size))


def global_average(x, size, dropout):
    """GAP: normalisation – mean over the positions – dropout – dense – normalisation."""
    x = keras.layers.GlobalAveragePooling2D(name="head_pool")(norm(x, "head_norm"))
    return _embedding(_dense(_dropped(x, dropout), size))


HEADS = {"E": fully_connected, "F": flat, "GDC": global_depthwise, "GAP": global_average}


def embedding_head(name, size, dropout=0.0):
    """What makes embeddings (B, D), in float32 whatever the policy, of maps (B, H, W, C).

    Args:
        name: `"E"`, `"F"`, `"GDC"` or `"GAP"`.
        size: D.
        dropout: rate, in the head's place for it.

    Returns:
        A function of a symbolic tensor.

    Raises:
        ValueError: an unknown head, a size below 1, or a rate that is none.
    """
    head = HEADS[choice("head", name, HEADS)]
    return partial(head, size=whole("embedding_size", size, 1), dropout=number("dropout", dropout, 0, 1, below=True))


def _dropped(x, rate):
    return keras.layers.Dropout(rate, name="head_dropout")(x) if rate else x


def _dense(x, size, use_bias=False):
    # As PyTorch starts a linear layer: uniform within ± 1 / sqrt(inputs).
    uniform = keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform")
    return keras.layers.Dense(size, use_bias=use_bias, kernel_initializer=uniform, name="head_dense")(x)


def _embedding(x, **options):
    return norm(x, "embedding", dtype="float32", **options)
