"""A convolution in groups, from depthwise ones: TensorFlow has no other that is fast on a CPU."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

from ..._check import whole
from ..._compat import register


@register
class GroupedConv2D(keras.layers.Layer):
    r"""A convolution without bias in which C channels see those of their group of G only: (B, H, W, C) → the same.

    `y_o = Σ_i k_io * x_i` over the channels i of o's group. The map that channel i adds to the r-th channel after it,
    in the circle of its group, is a depthwise convolution; there are G of them.

    Args:
        group: G, which divides C.
        kernel_size: side of the filters; zeros are padded around the maps.
        kernel_initializer: of the weights (K, K, G, C), in the order of `keras.layers.Conv2D`.
        **kwargs: `name`, as in `keras.layers.Layer`.

    Raises:
        ValueError: G does not divide C.

    Example:
        >>> import numpy as np
        >>> from tfface.models.backbones.grouped_conv import GroupedConv2D
        >>> GroupedConv2D(2, 3)(np.ones((1, 5, 5, 8))).shape
        TensorShape([1, 5, 5, 8])
    """

    def __init__(self, group, kernel_size, kernel_initializer="he_normal", **kwargs):
        super().__init__(**kwargs)
        self.group = whole("group", group, 1)
        self.kernel_size = whole("kernel_size", kernel_size, 1)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        channels = input_shape[-1]
        if channels % self.group:
            raise ValueError(f"group: expected a divisor of {channels} channels, received {self.group}")
        shape = (self.kernel_size, self.kernel_size, self.group, channels)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=self.kernel_initializer)
        self.built = True

    def call(self, x):
        size, group = self.kernel_size, self.group
        kernel = tf.reshape(tf.cast(self.kernel, x.dtype), [size, size, group, -1, group])  # …, in, group, out
        result = 0
        for shift in range(group):
            by_input = [kernel[:, :, i, :, (i + shift) % group] for i in range(group)]
            filters = tf.reshape(tf.stack(by_input, axis=-1), [size, size, -1, 1])
            y = tf.nn.depthwise_conv2d(x, filters, [1, 1, 1, 1], "SAME")
            result += tf.nn.conv2d(y, self._moves(x.shape[-1], shift, x.dtype), 1, "SAME") if shift else y
        return result

    def _moves(self, channels, shift, dtype):
        """A 1 × 1 convolution that moves each channel on in its group; `tf.roll` takes ten times as long."""
        groups = np.arange(channels).reshape(-1, self.group)
        moved = np.eye(channels)[np.roll(groups, -shift, axis=1).ravel()]
        return tf.constant(moved[np.newaxis, np.newaxis], dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        initializer = keras.initializers.serialize(self.kernel_initializer)
        config = {"group": self.group, "kernel_size": self.kernel_size, "kernel_initializer": initializer}
        return {**super().get_config(), **config}
