"""GhostFaceNet: half of the maps of a layer are cheap functions of the other half."""

from tensorflow import keras

from ._layers import norm, prelu
from .heads import embedding_head

# Of each bottleneck: side of its filters, maps inside, maps out, whether maps are weighed (squeeze), stride.
_BOTTLENECKS = (
    (3, 16, 16, False, 1),
    (3, 48, 24, False, 2),
    (3, 72, 24, False, 1),
    (5, 72, 40, True, 2),
    (5, 120, 40, True, 1),
    (3, 240, 80, False, 2),
    (3, 200, 80, False, 1),
    (3, 184, 80, False, 1),
    (3, 184, 80, False, 1),
    (3, 480, 112, True, 1),
    (3, 672, 112, True, 1),
    (5, 672, 160, True, 2),
    (5, 960, 160, False, 1),
    (5, 960, 160, True, 1),
    (5, 960, 160, False, 1),
    (5, 512, 160, True, 1),
)


def ghostfacenet(
    input_shape=(112, 112, 3), embedding_size=512, width=1.0, strides=2, dropout=0.0, head="GDC", name="ghostfacenet"
):
    """GhostFaceNet V1: ghost modules make half of their maps by a depthwise convolution of the other half.

    Images are standardised, (x − 127.5) / 128. The outputs of the bottlenecks are the layers `block1`, ….

    Args:
        input_shape: (H, W, channels).
        embedding_size: D.
        width: multiplies the channels; 1.3 and strides 1 or 2 is what the article calls GhostFaceNetV1-1 and -2.
        strides: of the first convolution.
        dropout: rate before the embedding.
        head: the embedding head, `"GDC"`, `"E"`, `"F"` or `"GAP"`.
        name: of the model.

    Returns:
        A Keras model, images (B, H, W, channels) → embeddings (B, D) in float32.

    Raises:
        ValueError: an unknown head, a size below 1, or a rate that is none.

    Example:
        >>> import tfface
        >>> tfface.models.backbones.ghostfacenet((32, 32, 3), embedding_size=64).output_shape
        (None, 64)

    Reference:
        Alansari, Hay, Javed, Shoufan, Zweiri, Werghi: GhostFaceNets: Lightweight Face Recognition Model From Cheap
        Operations, IEEE Access, 2023.
    """
    finish = embedding_head(head, embedding_size, dropout)
    inputs = keras.Input(input_shape)
    x = prelu(norm(_conv(inputs, _divisible(16 * width), 3, "stem_conv", strides), "stem_norm"), "stem_prelu")
    for block, (kernel, inside, outside, *rest) in enumerate(_BOTTLENECKS, start=1):
        x = _bottleneck(x, kernel, _divisible(inside * width), _divisible(outside * width), *rest, f"block{block}")
    x = prelu(norm(_conv(x, _divisible(512 * width), 1, "last_conv"), "last_norm"), "last_prelu")
    return keras.Model(inputs, finish(x), name=name)


def _bottleneck(x, kernel, inside, width, squeeze, strides, name):
    shortcut = x
    if strides > 1 or x.shape[-1] != width:
        shortcut = norm(_depthwise(x, kernel, f"{name}_shortcut_depthwise", strides), f"{name}_shortcut_norm1")
        shortcut = norm(_conv(shortcut, width, 1, f"{name}_shortcut_conv"), f"{name}_shortcut_norm2")
    x = _ghost(x, inside, f"{name}_ghost1", prelu)
    if strides > 1:
        x = norm(_depthwise(x, kernel, f"{name}_depthwise", strides), f"{name}_norm")
    if squeeze:
        x = _weighed(x, f"{name}_squeeze")
    x = _ghost(x, width, f"{name}_ghost2", lambda x, name: x)
    return keras.layers.Add(name=name)([shortcut, x])


def _ghost(x, width, name, activation):
    x = activation(norm(_conv(x, width // 2, 1, f"{name}_conv"), f"{name}_norm1"), f"{name}_prelu1")
    cheap = activation(norm(_depthwise(x, 3, f"{name}_depthwise"), f"{name}_norm2"), f"{name}_prelu2")
    return keras.layers.Concatenate(name=name)([x, cheap])


def _weighed(x, name):
    """Squeeze and excitation; the sigmoid is the straight one of TensorFlow, which Keras 3 has another for."""
    channels = x.shape[-1]
    weights = keras.layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_pool")(x)
    weights = _conv(weights, _divisible(channels / 4), 1, f"{name}_conv1", use_bias=True)
    weights = _conv(prelu(weights, f"{name}_prelu"), channels, 1, f"{name}_conv2", use_bias=True)
    weights = keras.layers.Rescaling(0.2, 0.5, name=f"{name}_scale")(weights)
    weights = keras.layers.ReLU(max_value=1.0, name=f"{name}_sigmoid")(weights)
    return keras.layers.Multiply(name=name)([x, weights])


def _divisible(channels):
    """The nearest multiple of 4, not more than a tenth below."""
    nearest = max(4, int(channels + 2) // 4 * 4)
    return nearest + 4 if nearest < 0.9 * channels else nearest


def _truncated():
    return keras.initializers.VarianceScaling(2.0, "fan_out", "truncated_normal")


def _conv(x, width, kernel, name, strides=1, use_bias=False):
    return keras.layers.Conv2D(
        width, kernel, strides, padding="same", use_bias=use_bias, kernel_initializer=_truncated(), name=name
    )(x)


def _depthwise(x, kernel, name, strides=1):
    return keras.layers.DepthwiseConv2D(
        kernel, strides, padding="same", use_bias=False, depthwise_initializer=_truncated(), name=name
    )(x)
