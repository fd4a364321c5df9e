import tensorflow as tf
from tensorflow import keras

from .. import functional as F
from .._check import choice
from .._compat import register
from ._head import Head


@register
class LinearHead(Head):
    r"""Dot products between embeddings and class weights, plus a bias: the head of Softmax.

    `z_ij = W_j · x_i + b_j`, (B, D) → (B, C). Computed in float32 whatever the dtype policy.

    Args:
        num_classes: C ≥ 1.
        use_bias: whether there is a b_j.
        engine: how the training loss is evaluated in a `FaceModel`: `"dense"`; `"chunked"`, some classes after the
            others, in little memory; `"partial"` (Partial FC), on a sample of the classes; or `"sharded"`, with the
            classes split over the replicas. The last two update the class weights themselves, in `FaceModel.fit`.
        sample_rate: share of the classes that a partial or sharded engine looks at in a step, in (0, 1].
        seed: of the draws of these samples.
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

    def __init__(self, num_classes, use_bias=True, **kwargs):
        super().__init__(num_classes, **kwargs)
        self.use_bias = choice("use_bias", use_bias, (False, True))

    def build(self, input_shape):
        shape = (self.num_classes, int(input_shape[-1]))
        self.kernel = self.add_table("kernel", shape, self.kernel_initializer)
        if self.use_bias:
            self.bias = self.add_table("bias", (self.num_classes,), keras.initializers.Zeros())
        super().build(input_shape)

    @property
    def tables(self):
        return (self.kernel, self.bias) if self.use_bias else (self.kernel,)

    def prepare(self, embeddings):
        return embeddings

    def scores(self, prepared, weights, known=None):
        kernel, *bias = weights
        products = tf.matmul(prepared, kernel, transpose_b=True)
        return products + bias[0] if bias else products

    def own_scores(self, prepared, weights, classes):
        kernel, *bias = _of(weights, classes)
        products = tf.reduce_sum(prepared * kernel, axis=1)
        return products + bias[0] if bias else products

    def weight_norms(self, weights, classes=None):
        return F.norm(_of(weights, classes)[0])

    def get_config(self):
        return {**super().get_config(), "use_bias": self.use_bias}


def _of(weights, classes):
    return weights if classes is None else [tf.gather(rows, classes) for rows in weights]
