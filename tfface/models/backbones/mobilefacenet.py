"""MobileFaceNet: inverted residuals of depthwise convolutions, for phones."""

from tensorflow import keras

from ._layers import conv, depthwise, grouped, norm, prelu
from .heads import embedding_head


def mobilefacenet(
    input_shape=(112, 112, 3),
    embedding_size=512,
    blocks=(1, 4, 6, 2),
    scale=2,
    dropout=0.0,
    head="GDC",
    name="mobilefacenet",
):
    """MobileFaceNet as InsightFace trains it (`mbf`): twice the width of the article's.

    Images are standardised, (x − 127.5) / 128. The outputs of the blocks are the layers `stage1_block1`, ….
    Weights of the same network in PyTorch can be read: `tfface convert`.

    Args:
        input_shape: (H, W, channels), at least 16 pixels a side.
        embedding_size: D.
        blocks: of the four stages; the first is one convolution in groups where its number is 1.
        scale: of the widths 64, 64, 128, 128 of the stages.
        dropout: rate before the embedding.
        head: the embedding head, `"GDC"`, `"E"`, `"F"` or `"GAP"`.
        name: of the model.

    Returns:
        A Keras model, images (B, H, W, channels) → embeddings (B, D) in float32.

    Raises:
        ValueError: an unknown head, a size below 1, or a rate that is none.

    Example:
        >>> import tfface
        >>> tfface.models.backbones.mobilefacenet((32, 32, 3), embedding_size=64).output_shape
        (None, 64)

    Reference:
        Chen, Liu, Gao, Han: MobileFaceNets: Efficient CNNs for Accurate Real-Time Face Verification on Mobile Devices,
        2018, arXiv 1804.07573.
    """
    finish = embedding_head(head, embedding_size, dropout)
    inputs = keras.Input(input_shape)
    narrow, wide = 64 * scale, 128 * scale
    x = _unit(inputs, conv, "stem", width=narrow, kernel=3, strides=2)
    one = blocks[0] == 1
    x = _unit(x, grouped, "stage1_block1", kernel=3, groups=64) if one else _stage(x, 1, blocks[0], 128)
    x = _stage(_inverted(x, narrow, 128, "stage2_down", strides=2), 2, blocks[1], 128)
    x = _stage(_inverted(x, wide, 256, "stage3_down", strides=2), 3, blocks[2], 256)
    x = _stage(_inverted(x, wide, 512, "stage4_down", strides=2), 4, blocks[3], 256)
    x = _unit(x, conv, "last", width=512, kernel=1)
    return keras.Model(inputs, finish(x), name=name)


def mobilefacenet_large(
    input_shape=(112, 112, 3), embedding_size=512, dropout=0.0, head="GDC", name="mobilefacenet_large"
):
    """MobileFaceNet with twice the blocks and twice the width (`mbf_large`); arguments as of `mobilefacenet`."""
    return mobilefacenet(input_shape, embedding_size, (2, 8, 12, 4), 4, dropout, head, name)


def _stage(x, stage, blocks, expansion):
    for block in range(1, blocks + 1):
        name = f"stage{stage}_block{block}"
        x = keras.layers.Add(name=name)([_inverted(x, x.shape[-1], expansion, name), x])
    return x


def _inverted(x, width, expansion, name, strides=1):
    x = _unit(x, conv, f"{name}_expand", width=expansion, kernel=1)
    x = _unit(x, depthwise, f"{name}_depthwise", kernel=3, strides=strides)
    return norm(conv(x, width, 1, f"{name}_project_conv"), f"{name}_project_norm")


def _unit(x, convolution, name, **options):
    x = convolution(x, name=f"{name}_conv", **options)
    return prelu(norm(x, f"{name}_norm"), f"{name}_prelu")
