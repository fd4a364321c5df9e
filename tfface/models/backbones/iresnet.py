"""IResNet: the residual networks of ArcFace and of most articles after it."""

from tensorflow import keras

from ._layers import conv, norm, prelu
from .heads import embedding_head

_WIDTHS = (64, 128, 256, 512)


def iresnet18(input_shape=(112, 112, 3), embedding_size=512, dropout=0.0, head="E", name="iresnet18"):
    """IResNet-18: residual blocks BN–conv–BN–PReLU–conv–BN, with nothing after the sum.

    Images are standardised, (x − 127.5) / 128. The outputs of the blocks are the layers `stage1_block1`, …, which a
    `FaceModel` can supervise (`auxiliary`). Weights of the same network in PyTorch can be read: `tfface convert`.

    Args:
        input_shape: (H, W, channels).
        embedding_size: D.
        dropout: rate before the embedding.
        head: the embedding head, `"E"`, `"F"`, `"GDC"` or `"GAP"`.
        name: of the model.

    Returns:
        A Keras model, images (B, H, W, channels) → embeddings (B, D) in float32.

    Raises:
        ValueError: an unknown head, a size below 1, or a rate that is none.

    Example:
        >>> import tfface
        >>> tfface.models.backbones.iresnet18((32, 32, 3), embedding_size=64).output_shape
        (None, 64)

    Reference:
        Deng, Guo, Xue, Zafeiriou: ArcFace, 2019, arXiv 1801.07698; Duta, Liu, Zhu, Shao: Improved Residual Networks,
        2020, arXiv 2004.04989.
    """
    return _iresnet((2, 2, 2, 2), input_shape, embedding_size, dropout, head, name)


def iresnet34(input_shape=(112, 112, 3), embedding_size=512, dropout=0.0, head="E", name="iresnet34"):
    """IResNet-34: as `iresnet18`, with 3, 4, 6 and 3 blocks in the four stages."""
    return _iresnet((3, 4, 6, 3), input_shape, embedding_size, dropout, head, name)


def iresnet50(input_shape=(112, 112, 3), embedding_size=512, dropout=0.0, head="E", name="iresnet50"):
    """IResNet-50: as `iresnet18`, with 3, 4, 14 and 3 blocks in the four stages."""
    return _iresnet((3, 4, 14, 3), input_shape, embedding_size, dropout, head, name)


def iresnet100(input_shape=(112, 112, 3), embedding_size=512, dropout=0.0, head="E", name="iresnet100"):
    """IResNet-100: as `iresnet18`, with 3, 13, 30 and 3 blocks in the four stages."""
    return _iresnet((3, 13, 30, 3), input_shape, embedding_size, dropout, head, name)


def _normal():
    return keras.initializers.RandomNormal(stddev=0.1)


def _iresnet(blocks, input_shape, embedding_size, dropout, head, name):
    finish = embedding_head(head, embedding_size, dropout)
    inputs = keras.Input(input_shape)
    x = conv(inputs, _WIDTHS[0], 3, "stem_conv", initializer=_normal)
    x = prelu(norm(x, "stem_norm"), "stem_prelu")
    for stage, (number, width) in enumerate(zip(blocks, _WIDTHS, strict=True), start=1):
        for block in range(1, number + 1):
            x = _block(x, width, 2 if block == 1 else 1, f"stage{stage}_block{block}")
    return keras.Model(inputs, finish(x), name=name)


def _block(x, width, strides, name):
    shortcut = x
    if strides > 1:
        shortcut = conv(x, width, 1, f"{name}_shortcut_conv", strides, initializer=_normal)
        shortcut = norm(shortcut, f"{name}_shortcut_norm")
    x = conv(norm(x, f"{name}_norm1"), width, 3, f"{name}_conv1", initializer=_normal)
    x = prelu(norm(x, f"{name}_norm2"), f"{name}_prelu")
    x = conv(x, width, 3, f"{name}_conv2", strides, initializer=_normal)
    return keras.layers.Add(name=name)([norm(x, f"{name}_norm3"), shortcut])
