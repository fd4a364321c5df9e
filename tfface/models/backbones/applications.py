"""Networks of keras.applications that articles train for faces, with an embedding head."""

from tensorflow import keras

from .heads import embedding_head


def resnet50(input_shape=(112, 112, 3), embedding_size=512, dropout=0.4, head="E", weights=None, name="resnet50"):
    """ResNet-50 of keras.applications, its classifier replaced by an embedding head.

    Args:
        input_shape: (H, W, channels), at least 32 pixels a side.
        embedding_size: D.
        dropout: rate before the embedding.
        head: the embedding head, `"E"`, `"F"`, `"GDC"` or `"GAP"`.
        weights: None for random ones, or what keras.applications offers.
        name: of the model.

    Returns:
        A Keras model, images (B, H, W, channels) → embeddings (B, D) in float32.

    Raises:
        ValueError: an unknown head, a size below 1, or a rate that is none.

    Example:
        >>> import tfface
        >>> tfface.models.backbones.resnet50((32, 32, 3), embedding_size=64).output_shape
        (None, 64)

    Reference:
        He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015, arXiv 1512.03385.
    """
    finish = embedding_head(head, embedding_size, dropout)
    network = keras.applications.ResNet50(include_top=False, weights=weights, input_shape=input_shape)
    return keras.Model(network.inputs, finish(network.outputs[0]), name=name)


def mobilenet(input_shape=(112, 112, 3), embedding_size=512, dropout=0.4, head="E", weights=None, name="mobilenet"):
    """MobileNetV1 of keras.applications, its classifier replaced by an embedding head.

    Args:
        input_shape: (H, W, channels), at least 32 pixels a side.
        embedding_size: D.
        dropout: rate before the embedding.
        head: the embedding head, `"E"`, `"F"`, `"GDC"` or `"GAP"`.
        weights: None for random ones, or what keras.applications offers.
        name: of the model.

    Returns:
        A Keras model, images (B, H, W, channels) → embeddings (B, D) in float32.

    Raises:
        ValueError: an unknown head, a size below 1, or a rate that is none.

    Example:
        >>> import tfface
        >>> tfface.models.backbones.mobilenet((32, 32, 3), embedding_size=64).output_shape
        (None, 64)

    Reference:
        Howard et al.: MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications, 2017, arXiv
        1704.04861.
    """
    finish = embedding_head(head, embedding_size, dropout)
    network = keras.applications.MobileNet(include_top=False, weights=weights, input_shape=input_shape)
    return keras.Model(network.inputs, finish(network.outputs[0]), name=name)
