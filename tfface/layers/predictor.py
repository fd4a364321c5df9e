from tensorflow import keras

from .._check import whole
from .._compat import register
from ._mlp import MLP, batch_norm


@register
class Predictor(MLP):
    r"""Predicts from one view's projection what the other view's is; without it SimSiam and BYOL collapse.

    `z → dense → batch normalisation → ReLU → dense`, (B, D) → (B, D). Statistics are those of the global batch.

    Args:
        width: columns of the hidden layer; SimSiam's is a bottleneck, a quarter of the projections' (512 of 2048).
        **kwargs: `name`, as in `keras.layers.Layer`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import tfface
        >>> from tensorflow import keras
        >>> backbone = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(16)])
        >>> model = tfface.TwoViewModel(backbone, tfface.layers.Projector((64, 64)), tfface.layers.Predictor(16))
        >>> model.compile("adam", loss=tfface.SimSiam())

    Reference:
        Grill et al.: Bootstrap Your Own Latent: A New Approach to Self-Supervised Learning, 2020, arXiv 2006.07733.
    """

    def __init__(self, width=512, **kwargs):
        super().__init__(**kwargs)
        self.width = whole("width", width, 1)

    def make(self, size):
        dense = keras.layers.Dense
        return [dense(self.width, use_bias=False), batch_norm(), keras.layers.ReLU(), dense(size)]

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "width": self.width}
