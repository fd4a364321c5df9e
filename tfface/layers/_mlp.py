"""What projector and predictor share: dense layers, between them batch normalisation and ReLU."""

from tensorflow import keras

# Where PyTorch has them, in which the papers' networks are published.
_MOMENTUM, _EPSILON = 0.9, 1e-5


def batch_norm(affine=True):
    """Batch normalisation over the global batch: its statistics are those of all replicas."""
    return keras.layers.BatchNormalization(
        momentum=_MOMENTUM, epsilon=_EPSILON, center=affine, scale=affine, synchronized=True
    )


class MLP(keras.layers.Layer):
    """Layers one after the other, made when the size of their input is known."""

    def make(self, size):
        """The layers for inputs (B, size)."""
        raise NotImplementedError

    def build(self, input_shape):
        self.steps = self.make(int(input_shape[-1]))
        shape = (None, int(input_shape[-1]))
        for step in self.steps:
            step.build(shape)
            shape = tuple(step.compute_output_shape(shape))
        super().build(input_shape)

    def call(self, inputs, training=None):
        # `training` reaches the batch normalisations from here by itself.
        for step in self.steps:
            inputs = step(inputs)
        return inputs
