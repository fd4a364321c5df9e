"""Backbones: images in, embeddings out."""

from tensorflow import keras


def small_cnn(input_shape, embedding_size=128, widths=(32, 64, 128, 256), dropout=0.0, name="small_cnn"):
    """A plain CNN for small images: a block of convolution, batch normalisation and pooling for each width.

    Args:
        input_shape: (H, W, channels).
        embedding_size: D.
        widths: channels of the blocks.
        dropout: rate before the embedding.
        name: of the model.

    Returns:
        A Keras model, images (B, H, W, channels) → embeddings (B, D).

    Example:
        >>> import tfface
        >>> tfface.models.backbones.small_cnn((56, 46, 1), embedding_size=64).output_shape
        (None, 64)
    """
    inputs = x = keras.Input(input_shape)
    for width in widths:
        x = keras.layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = keras.layers.BatchNormalization()(x)
        x = keras.layers.ReLU()(x)
        x = keras.layers.MaxPooling2D(2, padding="same")(x)
    x = keras.layers.Flatten()(x)
    if dropout:
        x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.Dense(embedding_size, use_bias=False)(x)
    x = keras.layers.BatchNormalization()(x)
    return keras.Model(inputs, x, name=name)
