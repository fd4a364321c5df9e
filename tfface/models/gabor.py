"""Gabor magnitudes: what a fixed bank of wavelets sees in an image, with nothing to learn."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

from .._check import number, whole
from .._compat import register


@register
class GaborMagnitude(keras.layers.Layer):
    r"""How strongly waves of a few lengths and directions are present around each second pixel.

    `|Σ_u x(p + u) g(u) (exp(2πi ⟨u, d_o⟩ / λ) − c)|`, g a Gaussian of deviation 0.55 λ, c such that even light gives 0:
    (B, H, W, channels) → (B, ⌈H/2⌉, ⌈W/2⌉, wavelengths · orientations). Channels are averaged first.

    Args:
        wavelengths: λ in pixels, each above 0.
        orientations: number of directions, evenly spread over half a turn.
        **kwargs: `name`, as in `keras.layers.Layer`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import numpy as np
        >>> import tfface
        >>> tfface.models.gabor.GaborMagnitude((4, 8))(np.ones((1, 56, 46, 1))).shape
        TensorShape([1, 28, 23, 8])

    Reference:
        Liu, Wechsler: Gabor Feature Based Classification Using the Enhanced Fisher Linear Discriminant Model for Face
        Recognition, 2002.
    """

    def __init__(self, wavelengths=(4, 8, 16), orientations=4, **kwargs):
        super().__init__(trainable=False, **kwargs)
        self.wavelengths = [number("wavelengths", length, 0, above=True) for length in wavelengths]
        self.orientations = whole("orientations", orientations, 1)
        self._filters = [_wavelets(length, self.orientations) for length in self.wavelengths]

    def call(self, images):
        # float32 whatever the policy: squares of half-precision numbers are too coarse
        grey = tf.reduce_mean(tf.cast(images, tf.float32), axis=-1, keepdims=True)
        waves = [tf.nn.conv2d(grey, filters, strides=2, padding="SAME") for filters in self._filters]
        magnitudes = [tf.sqrt(tf.square(wave[..., ::2]) + tf.square(wave[..., 1::2]) + 1e-6) for wave in waves]
        return tf.cast(tf.concat(magnitudes, axis=-1), self.compute_dtype)

    def compute_output_shape(self, input_shape):
        batch, height, width, _ = input_shape
        return batch, -(-height // 2), -(-width // 2), len(self.wavelengths) * self.orientations

    def get_config(self):
        config = {"wavelengths": self.wavelengths, "orientations": self.orientations}
        base = super().get_config()
        base.pop("trainable", None)
        return {**base, **config}


def _wavelets(length, orientations):
    """Cosines and sines in turn, under a Gaussian: (K, K, 1, 2 · orientations)."""
    deviation = 0.55 * length
    reach = int(np.ceil(2.5 * deviation))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    envelope = np.exp(-(x**2 + y**2) / (2 * deviation**2))
    envelope /= envelope.sum()
    angles = np.pi * np.arange(orientations) / orientations
    phases = [2 * np.pi / length * (x * np.cos(angle) + y * np.sin(angle)) for angle in angles]
    waves = [envelope * (wave - np.sum(envelope * wave)) for phase in phases for wave in (np.cos(phase), np.sin(phase))]
    return np.stack(waves, axis=-1)[:, :, np.newaxis].astype(np.float32)
