"""A plain CNN for tiny images."""

from tensorflow import keras


def small_cnn(input_shape, embedding_size=128, widths=(32, 64, 128), dropout=0.0, name="small_cnn"):
    """A plain CNN for small images: convolution, batch normalisation, ReLU and pooling for each width.

    Each image is brought to mean 0 and deviation 1 first, so that light and contrast of the photograph do not count.
    The outputs of the blocks are the layers `block1`, `block2`, …, which a `FaceModel` can supervise (`auxiliary`).

    Args:
        input_shape: (H, W, channels).
        embedding_size: D.
        widths: channels of the blocks; each halves the image.
        dropout: rate before the embedding.
        name: of the model.

    Returns:
        A Keras model, images (B, H, W, channels) → embeddings (B, D) in float32.

    Raises:
        ValueError: the image is too small for that many blocks.

    Example:
        >>> import tfface
        >>> tfface.models.backbones.small_cnn((56, 46, 1), embedding_size=64).output_shape
        (None, 64)
    """
    if min(input_shape[:2]) < 2 ** len(widths):
        raise ValueError(
            f"input_shape: {len(widths)} blocks need at least {2 ** len(widths)} pixels a side, received {input_shape}"
        )
    inputs = keras.Input(input_shape)
    x = keras.layers.LayerNormalization(axis=[1, 2, 3], center=False, scale=False)(inputs)
    for number, width in enumerate(widths, start=1):
        x = keras.layers.Conv2D(width, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
        # Small sets have few steps: the running statistics must follow within an epoch.
        x = keras.layers.BatchNormalization(momentum=0.9)(x)
        x = keras.layers.ReLU()(x)
        x = keras.layers.MaxPooling2D(2, name=f"block{number}")(x)
    x = keras.layers.Flatten()(x)
    if dropout:
        x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.Dense(embedding_size, use_bias=False)(x)
    x = keras.layers.BatchNormalization(momentum=0.9, scale=False, dtype="float32")(x)
    return keras.Model(inputs, x, name=name)
