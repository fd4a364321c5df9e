"""TensorFlow's SavedModel, a folder."""

import numpy as np
import tensorflow as tf

from .network import EMBEDDINGS, Network


def write(path, backbone, normalize) -> None:
    """Writes the folder; its signature is `serving_default`."""
    network = Network(backbone, normalize)
    tf.saved_model.save(network, str(path), signatures=network.serve)


def read(path):
    """The folder as a function of pixels."""
    loaded = tf.saved_model.load(str(path))

    def embed(pixels):
        return np.asarray(loaded.signatures["serving_default"](tf.constant(pixels))[EMBEDDINGS])

    return embed
