import tensorflow as tf
from tensorflow import keras

from .. import functional as F
from .._check import whole
from .._compat import register

# Of the features as κ sees them. It is fixed because a step of Adam moves κ by as much as the features add up to: with
# thousands of them of size 1 it would overshoot to κ = 0, and not come back.
LENGTH = 8.0


@register
class ProbabilisticEmbedding(keras.layers.Layer):
    r"""Gives each face's embedding a length that says how sure it is.

    `x = κ μ̂`, called on [embeddings (B, D), features (B, F)] → (B, D): the direction μ̂ is the embedding's,
    `κ = D · softplus(w·gelu(V·f + b) + a)` is the concentration of a von Mises–Fisher distribution around it, from the
    features that the embedding is made of, centred and brought to one length. No gradient goes back from κ into them.
    Whatever compares angles, and every `CosineHead`, sees the same embedding as without this layer; losses that read
    the norm (MagFace, AdaFace, dot products, distances of embeddings that are not normalised) would read κ.

    κ learns from `VonMisesFisher`, and only what training images show: to know blur, some must be blurred. Best on a
    model that is trained already and stands still (`trainable = False` for all below this layer), as in the paper and
    in `examples/uncertainty.py`; beside a loss on angles, `tfface.ArcFace() + 0.01 * tfface.VonMisesFisher()`, κ comes
    later and less sharp, since what it learns changes all the time.

    Args:
        units: hidden units between the features and κ.
        **kwargs: `name`, as in `keras.layers.Layer`.

    Raises:
        ValueError: an argument outside its domain, or inputs that are not a pair of matrices.

    Example:
        >>> import tfface
        >>> from tensorflow import keras
        >>> images = keras.Input((8, 8, 1))
        >>> features = keras.layers.Flatten()(images)
        >>> embeddings = keras.layers.Dense(16)(features)
        >>> below = keras.Model(images, embeddings)
        >>> backbone = keras.Model(images, tfface.layers.ProbabilisticEmbedding()([embeddings, features]))
        >>> model = tfface.FaceModel(backbone, tfface.layers.CosineHead(10))
        >>> model.compile("adam", loss=tfface.ArcFace())  # and fit; then
        >>> below.trainable = False
        >>> model.compile("adam", loss=tfface.VonMisesFisher())  # and fit; then model.uncertainty(faces)

    Reference:
        Li, Xu, Xu, Shen, Li, Hooi: Spherical Confidence Learning for Face Recognition, CVPR 2021.
    """

    def __init__(self, units=64, **kwargs):
        # Under a mixed policy the backbone computes in float16; κ does not.
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.units = whole("units", units, 1)
        normal = keras.initializers.RandomNormal(stddev=1.0 / LENGTH)
        self.hidden = keras.layers.Dense(units, activation="gelu", kernel_initializer=normal, dtype="float32")
        # At first every face is as sure as every other.
        self.output_layer = keras.layers.Dense(1, kernel_initializer="zeros", dtype="float32")

    def build(self, input_shape):
        _check_inputs(input_shape)
        self.hidden.build(input_shape[1])
        self.output_layer.build((None, self.units))
        super().build(input_shape)

    def call(self, inputs):
        embeddings, features = (F.numerics.as_float32(x) for x in inputs)
        features = tf.stop_gradient(features - tf.reduce_mean(features, axis=-1, keepdims=True))
        sureness = self.output_layer(self.hidden(LENGTH * F.normalize(features)))
        return embeddings.shape[-1] * tf.nn.softplus(sureness) * F.normalize(embeddings)

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def _check_inputs(shapes):
    pair = isinstance(shapes, list | tuple) and len(shapes) == 2 and not isinstance(shapes[0], int | None)
    if not pair or any(len(shape) != 2 for shape in shapes):
        raise ValueError(
            f"ProbabilisticEmbedding: expected [embeddings (B, D), features (B, F)], received shapes {shapes}"
        )
