"""A ReLU whose slope below zero is learnt."""

import tensorflow as tf
from tensorflow import keras

from ..._compat import register


@register
class PReLU(keras.layers.Layer):
    r"""`max(x, 0) + a min(x, 0)` with a slope a for each channel, the last axis: any shape (…, C) → the same.

    Args:
        slope: a at the start.
        **kwargs: `name`, as in `keras.layers.Layer`.

    Reference:
        He, Zhang, Ren, Sun: Delving Deep into Rectifiers, 2015, arXiv 1502.01852.
    """

    def __init__(self, slope=0.25, **kwargs):
        super().__init__(**kwargs)
        self.slope = slope

    def build(self, input_shape):
        initializer = keras.initializers.Constant(self.slope)
        self.alpha = self.add_weight(name="alpha", shape=(input_shape[-1],), initializer=initializer)
        self.built = True

    def call(self, x):
        return tf.nn.relu(x) + tf.cast(self.alpha, x.dtype) * tf.minimum(x, 0)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "slope": self.slope}
