import tensorflow as tf
from tensorflow import keras

from .._check import number
from .._compat import register


@register
class LARS(keras.optimizers.SGD):
    r"""SGD whose steps are as long as the layer's weights allow, for large batches.

    `g ← η ‖w‖ / ‖g + β w‖ · (g + β w)` for each matrix or kernel w, then SGD with momentum. Biases and the scales of
    normalisations (one axis) are left to SGD, without decay, as in SimCLR, BYOL, Barlow Twins and VICReg.

    Args:
        learning_rate: a number or a schedule; the papers' is 0.2 to 0.3 for each 256 images of a batch.
        momentum: of SGD.
        weight_decay: β ≥ 0.
        trust: η > 0.
        **kwargs: further arguments of `keras.optimizers.SGD`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> tfface.LARS(0.3).get_config()["trust"]
        0.001

    Reference:
        You, Gitman, Ginsburg: Large Batch Training of Convolutional Networks, 2017, arXiv 1708.03888.
    """

    def __init__(self, learning_rate=0.3, momentum=0.9, weight_decay=1e-6, trust=1e-3, **kwargs):
        # Keras' own decay, which is None here, would not pass through the scaling.
        super().__init__(learning_rate=learning_rate, momentum=momentum, **{"name": "lars", **kwargs})
        self.regularization = number("weight_decay", weight_decay, 0.0)
        self.trust = number("trust", trust, 0.0, above=True)

    def update_step(self, gradient, variable, *learning_rate):
        # Keras 3 hands the learning rate over, Keras 2 does not.
        super().update_step(self._scaled(gradient, variable), variable, *learning_rate)

    def _scaled(self, gradient, variable):
        if len(variable.shape) < 2:
            return gradient
        weights = tf.convert_to_tensor(variable)
        gradient = tf.convert_to_tensor(gradient) + tf.cast(self.regularization, weights.dtype) * weights
        length, steepness = tf.norm(weights), tf.norm(gradient)
        ratio = tf.math.divide_no_nan(tf.cast(self.trust, weights.dtype) * length, steepness)
        # New weights that are all zero have to move too.
        return gradient * tf.where((length > 0) & (steepness > 0), ratio, tf.ones_like(ratio))

    def get_config(self):
        return {**super().get_config(), "weight_decay": self.regularization, "trust": self.trust}
