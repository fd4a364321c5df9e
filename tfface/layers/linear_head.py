import tensorflow as tf

from .._compat import register
from ._head import Head


@register
class LinearHead(Head):
    r"""Dot products between embeddings and class weights, plus a bias: the head of Softmax.

    `z_ij = W_j · x_i + b_j`, (B, D) → (B, C). Computed in float32 whatever the dtype policy.

    Args:
        num_classes: C ≥ 1.
        engine: how the training loss is evaluated in a `FaceModel`: `"dense"`, or `"partial"` (Partial FC).
        sample_rate: share of the classes that the partial engine looks at in a step, in (0, 1].
        seed: of the partial engine's draws.
        kernel_initializer: of the class weights.
        **kwargs: `name`, as in `keras.layers.Layer`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import numpy as np
        >>> import tfface
        >>> tfface.layers.LinearHead(10)(np.ones((1, 3))).shape
        TensorShape([1, 10])
    """

    inputs = "dot"

    def build(self, input_shape):
        shape = (self.num_classes, int(input_shape[-1]))
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=self.kernel_initializer)
        self.bias = self.add_weight(name="bias", shape=(self.num_classes,), initializer="zeros")
        super().build(input_shape)

    def scores(self, embeddings, classes=None):
        kernel, bias = tf.convert_to_tensor(self.kernel), tf.convert_to_tensor(self.bias)
        if classes is not None:
            kernel, bias = tf.gather(self.kernel, classes), tf.gather(self.bias, classes)
        return tf.matmul(embeddings, kernel, transpose_b=True) + bias
