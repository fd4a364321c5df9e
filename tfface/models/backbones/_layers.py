"""What the networks are made of, as PyTorch defines it, so that weights of both are interchangeable."""

from tensorflow import keras

from .grouped_conv import GroupedConv2D


def he():
    """A new one for each layer: one initializer gives the same numbers each time."""
    return keras.initializers.VarianceScaling(2.0, "fan_out", "untruncated_normal")


def conv(x, width, kernel, name, strides=1, initializer=he):
    """A convolution without bias, with as many zeros on one side as on the other."""
    return keras.layers.Conv2D(
        width,
        kernel,
        strides,
        padding=_padding(kernel, strides),
        use_bias=False,
        kernel_initializer=initializer(),
        name=name,
    )(_padded(x, kernel, strides, name))


def grouped(x, kernel, name, groups):
    """A convolution in groups, without bias."""
    return GroupedConv2D(x.shape[-1] // groups, kernel, he(), name=name)(x)


def depthwise(x, kernel, name, strides=1):
    """A convolution of each channel with its own filter, without bias, padded likewise."""
    return keras.layers.DepthwiseConv2D(
        kernel,
        strides,
        padding=_padding(kernel, strides),
        use_bias=False,
        depthwise_initializer=he(),
        name=name,
    )(_padded(x, kernel, strides, name))


def _padding(kernel, strides):
    """At stride 1 TensorFlow pads both sides alike; at larger ones it pads the far side first, so we do it."""
    return "same" if strides == 1 else "valid"


def _padded(x, kernel, strides, name):
    return x if strides == 1 or kernel == 1 else keras.layers.ZeroPadding2D(kernel // 2, name=f"{name}_pad")(x)


def norm(x, name, epsilon=1e-5, **options):
    """Batch normalisation with PyTorch's constants."""
    return keras.layers.BatchNormalization(momentum=0.9, epsilon=epsilon, name=name, **options)(x)


def prelu(x, name):
    """A slope for each channel, from 0.25."""
    start = keras.initializers.Constant(0.25)
    return keras.layers.PReLU(alpha_initializer=start, shared_axes=[1, 2], name=name)(x)
