"""How unsure is a model of a face? ArcFace, then a probabilistic embedding on top, sharp against blurred photographs.

    python examples/uncertainty.py [--epochs 15]

needs `pip install "tfface[demo]"`. First ArcFace trains on the sharp photographs of 30 people. Then that model stands
still, half of the images are blurred at random, and the length of its embeddings learns how far from their class they
are. Judged are the 10 people left out: each of their photographs against its own blurred copies.
"""

import argparse

import numpy as np
import tensorflow as tf
from tensorflow import keras

import tfface

SIZE = 56, 46
RADIUS = 12


def blurred(images, sigma):
    """Gaussian blur of images (B, H, W, 1), sigma in pixels."""
    x = tf.range(-RADIUS, RADIUS + 1, dtype=tf.float32)
    bell = tf.exp(-tf.square(x / sigma) / 2.0)
    bell = tf.reshape(bell / tf.reduce_sum(bell), [-1, 1, 1, 1])
    padded = tf.pad(images, [[0, 0], [RADIUS, RADIUS], [RADIUS, RADIUS], [0, 0]], mode="REFLECT")
    for kernel in (bell, tf.transpose(bell, [1, 0, 2, 3])):
        padded = tf.nn.depthwise_conv2d(padded, kernel, strides=[1, 1, 1, 1], padding="VALID")
    return padded


def half_blurred(images, labels):
    """Half of a batch, drawn at random, blurred by one random width."""
    chosen = tf.random.uniform([tf.shape(images)[0], 1, 1, 1]) < 0.5
    return tf.where(chosen, blurred(images, tf.random.uniform([], 0.5, 4.0)), images), labels


def auc(lower, higher):
    """The share of all pairs in which the second is the higher."""
    return np.mean(np.asarray(lower)[:, None] < np.asarray(higher)[None, :])


def report(name, history):
    losses = history.history["loss"]
    print(f"{name}: loss {losses[0]:.3f} → {losses[-1]:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=15)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(0)

    known, unknown = tfface.data.orl().split(30)
    batches = tfface.data.training_batches(
        known.images(SIZE, channels=1), known.labels, 60, augment=tfface.data.Augment(shift=0.05)
    )
    cnn = tfface.models.backbones.small_cnn((*SIZE, 1), embedding_size=64)
    (flatten,) = (layer for layer in cnn.layers if isinstance(layer, keras.layers.Flatten))
    probabilistic = keras.Model(cnn.input, tfface.layers.ProbabilisticEmbedding()([cnn.output, flatten.output]))
    model = tfface.FaceModel(probabilistic, tfface.layers.CosineHead(len(known.identities)))

    model.compile(keras.optimizers.Adam(2e-3), loss=tfface.ArcFace(margin=0.3, scale=16.0))
    report("ArcFace", model.fit(batches, epochs=arguments.epochs, verbose=0))
    cnn.trainable = False
    model.compile(keras.optimizers.Adam(5e-3), loss=tfface.VonMisesFisher())
    report("VonMisesFisher", model.fit(batches.map(half_blurred), epochs=arguments.epochs, verbose=0))

    faces = tfface.data.standardize(unknown.images(SIZE, channels=1))
    sharp, embeddings = model.uncertainty(faces), model.embed(faces)
    print(f"sharp: uncertainty {sharp.mean():.3f} on average")
    for sigma in (1.0, 2.0, 3.0):
        images = blurred(faces, sigma).numpy()
        blur = model.uncertainty(images)
        moved = 1.0 - np.sum(embeddings * model.embed(images), axis=1)
        print(
            f"blur of {sigma:.0f} pixels: uncertainty {blur.mean():.3f}, more than its sharp original's for "
            f"{np.mean(blur > sharp):.0%} of faces; AUC of blurred against sharp {auc(sharp, blur):.3f}; "
            f"embeddings moved by {moved.mean():.2f}"
        )


if __name__ == "__main__":
    main()
