"""What is exported: pixels in, embeddings out."""

import tensorflow as tf

from ..._compat import native
from ...data.standard import MEAN, SCALE

PIXELS, EMBEDDINGS = "pixels", "embeddings"


class Network(tf.Module):
    """A backbone with its preprocessing, `e = backbone((pixels − 127.5) / 128)`, for any number of images.

    Args:
        backbone: a Keras model of standardised images (N, H, W, C).
        normalize: whether embeddings have length 1.
    """

    def __init__(self, backbone, normalize):
        super().__init__()
        self.weights = [native(variable) for variable in backbone.variables]  # Keras 3 hides them from tf.Module
        pixels = tf.TensorSpec((None, *backbone.input_shape[1:]), "uint8", name=PIXELS)

        # The backbone is no attribute: its layers would be written too, each as a function of its own.
        @tf.function(input_signature=[pixels])
        def serve(pixels):
            embeddings = tf.cast(backbone((tf.cast(pixels, "float32") - MEAN) / SCALE, training=False), "float32")
            return {EMBEDDINGS: tf.math.l2_normalize(embeddings, axis=1) if normalize else embeddings}

        self.serve = serve
