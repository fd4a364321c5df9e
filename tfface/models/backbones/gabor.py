"""Backbones of fixed wavelets, alone and beside a CNN."""

from tensorflow import keras

from ..gabor import GaborMagnitude
from .small_cnn import small_cnn


def gabor(input_shape, embedding_size=256, wavelengths=(4, 8, 16), orientations=4, pool=3, name="gabor"):
    """Gabor magnitudes and one dense layer: for sets too small to learn what to look for in an image.

    The images are brought to mean 0 and deviation 1; the magnitudes are averaged over squares, and each is brought to
    mean 0 and deviation 1 over the people. The dense layer starts as a projection that keeps angles, so that training
    begins from what the magnitudes tell already.

    Args:
        input_shape: (H, W, channels).
        embedding_size: D.
        wavelengths: of the waves, in pixels.
        orientations: number of their directions.
        pool: side of the squares, in steps of two pixels.
        name: of the model.

    Returns:
        A Keras model, images (B, H, W, channels) → embeddings (B, D) in float32.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> tfface.models.backbones.gabor((56, 46, 1)).output_shape
        (None, 256)

    Reference:
        Liu, Wechsler: Gabor Feature Based Classification Using the Enhanced Fisher Linear Discriminant Model for Face
        Recognition, 2002.
    """
    inputs = keras.Input(input_shape)
    x = keras.layers.LayerNormalization(axis=[1, 2, 3], center=False, scale=False)(inputs)
    x = GaborMagnitude(wavelengths, orientations)(x)
    x = keras.layers.AveragePooling2D(pool, padding="same")(x)
    x = keras.layers.Flatten()(x)
    x = keras.layers.LayerNormalization(center=False, scale=False)(x)
    x = keras.layers.BatchNormalization(momentum=0.9, center=False, scale=False)(x)
    x = keras.layers.Dense(embedding_size, use_bias=False, kernel_initializer="orthogonal", dtype="float32")(x)
    return keras.Model(inputs, x, name=name)


def gabor_cnn(
    input_shape,
    embedding_size=512,
    widths=(32, 64, 128),
    wavelengths=(4, 8, 16),
    orientations=4,
    pool=3,
    name="gabor_cnn",
):
    """A small CNN and Gabor magnitudes side by side: they err on different faces.

    Half of an embedding is the `small_cnn`'s and half that of `gabor`, each half brought to length 1, so that the
    cosine of two embeddings is the mean of the halves' cosines. One loss trains both.

    Args:
        input_shape: (H, W, channels).
        embedding_size: D, even.
        widths: channels of the CNN's blocks; each halves the image.
        wavelengths: of the Gabor waves, in pixels.
        orientations: number of their directions.
        pool: side of the squares their magnitudes are averaged over, in steps of two pixels.
        name: of the model.

    Returns:
        A Keras model, images (B, H, W, channels) → embeddings (B, D) in float32.

    Raises:
        ValueError: D is odd, the image is too small for that many blocks, or an argument is outside its domain.

    Example:
        >>> import tfface
        >>> tfface.models.backbones.gabor_cnn((56, 46, 1), embedding_size=64).output_shape
        (None, 64)
    """
    half, odd = divmod(embedding_size, 2)
    if odd:
        raise ValueError(f"embedding_size: expected an even number, received {embedding_size!r}")
    inputs = keras.Input(input_shape)
    branches = [small_cnn(input_shape, half, widths), gabor(input_shape, half, wavelengths, orientations, pool)]
    halves = [keras.layers.UnitNormalization(dtype="float32")(branch(inputs)) for branch in branches]
    return keras.Model(inputs, keras.layers.Concatenate(dtype="float32")(halves), name=name)
