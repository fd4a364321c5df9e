"""What the layers of a transformer do besides dense layers and sums."""

import tensorflow as tf
from tensorflow import keras

from ..._check import whole
from ..._compat import register


@register
class Attention(keras.layers.Layer):
    r"""`softmax(Q Kᵀ / √d) V` in each of several heads: queries, keys and values (B, N, 3 D) → (B, N, D).

    The softmax is float32 whatever the policy.

    Args:
        heads: number of heads, which divides D; d = D / heads.
        **kwargs: `name`, as in `keras.layers.Layer`.

    Example:
        >>> import numpy as np
        >>> from tfface.models.backbones.attention import Attention
        >>> Attention(heads=2)(np.ones((1, 5, 24))).shape
        TensorShape([1, 5, 8])

    Reference:
        Vaswani et al.: Attention Is All You Need, 2017, arXiv 1706.03762.
    """

    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = whole("heads", heads, 1)

    def call(self, x):
        tokens, width = x.shape[1], x.shape[2] // 3
        depth = width // self.heads
        x = tf.transpose(tf.reshape(x, [-1, tokens, 3, self.heads, depth]), [2, 0, 3, 1, 4])
        queries, keys, values = tf.unstack(x)
        scores = tf.cast(tf.matmul(queries, keys, transpose_b=True), tf.float32) / depth**0.5
        mixed = tf.matmul(tf.cast(tf.nn.softmax(scores), values.dtype), values)
        return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [-1, tokens, width])

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] // 3)

    def multiply_adds(self, input_shape):
        """Of one image: the scores, and the means of the values."""
        _, tokens, width = input_shape
        return 2 * tokens**2 * (width // 3)

    def get_config(self):
        return {**super().get_config(), "heads": self.heads}


@register
class PositionEmbedding(keras.layers.Layer):
    """Adds to each token a vector learnt for its place: (B, N, D) → (B, N, D)."""

    def build(self, input_shape):
        initializer = keras.initializers.TruncatedNormal(stddev=0.02)
        self.positions = self.add_weight(name="positions", shape=tuple(input_shape[1:]), initializer=initializer)
        self.built = True

    def call(self, x):
        return x + tf.cast(self.positions, x.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape
