"""What a network costs: the multiplications of an image, and the numbers that are learnt."""

from math import prod

from tensorflow import keras

from .backbones.grouped_conv import GroupedConv2D

_PRODUCTS = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.Dense, GroupedConv2D)


def multiply_adds(model):
    """Multiplications with addition that an image costs in convolutions, dense layers and attention.

    This is what articles on face recognition call FLOPs. Normalisation, activations and sums are not counted.

    Args:
        model: a Keras model of layers (functional or sequential), for one size of images.

    Returns:
        A whole number.

    Raises:
        ValueError: a layer has a kernel and is of a kind that is not known here.

    Example:
        >>> import tfface
        >>> tfface.models.multiply_adds(tfface.models.backbones.gabor((56, 46, 1), embedding_size=64))
        61440
    """
    return sum(_of_layer(layer) for layer in model.layers)


def parameters(model):
    """How many numbers a model learns; running statistics are none, as in PyTorch.

    Args:
        model: a built Keras model.

    Returns:
        A whole number.

    Example:
        >>> import tfface
        >>> tfface.models.parameters(tfface.models.backbones.gabor((56, 46, 1), embedding_size=64))
        61440
    """
    return sum(prod(weight.shape) for weight in model.trainable_weights)


def _of_layer(layer):
    if hasattr(layer, "layers"):
        return multiply_adds(layer)
    if hasattr(layer, "multiply_adds"):
        return layer.multiply_adds(tuple(layer.input.shape))
    if type(layer) in _PRODUCTS:  # in Keras 2, a transposed convolution is a convolution
        return prod(layer.weights[0].shape) * prod(layer.output.shape[1:-1])
    if any("kernel" in weight.name for weight in layer.weights):
        raise ValueError(f"multiply_adds: cannot count those of {layer.name}, a {type(layer).__name__}")
    return 0
