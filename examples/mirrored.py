"""Two replicas learn exactly what one learns from the same batches, centres and triplets included.

    python examples/mirrored.py

needs `pip install "tfface[demo]"`. The two replicas are logical CPUs here; with GPUs, `MirroredStrategy()` is all.
Triplets are mined in the global batch: embeddings are gathered over the replicas, with exact gradients. (A backbone
with batch normalisation learns slightly different things, since each replica normalises with its own images.)
"""

import contextlib

import numpy as np
import tensorflow as tf
from tensorflow import keras

import tfface


def train(scope, images, labels):
    """A model trained on global batches of 64, made within the scope of a strategy."""
    keras.utils.set_random_seed(0)
    with scope:
        backbone = keras.Sequential(
            [
                keras.Input(images.shape[1:]),
                keras.layers.Conv2D(32, 3, activation="relu"),
                keras.layers.Flatten(),
                keras.layers.Dense(16),
            ]
        )
        model = tfface.FaceModel(backbone, tfface.layers.CosineHead(10))
        loss = tfface.ArcFace(scale=16.0) + tfface.TripletLoss() + 0.01 * tfface.CenterLoss(10)
        model.compile(keras.optimizers.SGD(0.005, momentum=0.9), loss=loss)
    history = model.fit(images, labels, batch_size=64, shuffle=False, epochs=3, verbose=0).history
    replicas = model.distribute_strategy.num_replicas_in_sync
    print(f"{replicas} replica(s): loss " + " → ".join(f"{loss:.4f}" for loss in history["loss"]))
    return model


def main():
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    devices = [device.name for device in tf.config.list_logical_devices("CPU")]

    digits = tfface.data.digits()
    images = tfface.data.standardize(digits.images(channels=1))
    one = train(contextlib.nullcontext(), images, digits.labels)
    two = train(tf.distribute.MirroredStrategy(devices).scope(), images, digits.labels)
    cosines = np.sum(one.embed(images) * two.embed(images), axis=1)
    print(f"cosine between the embeddings of both models: {cosines.min():.4f} at least")


if __name__ == "__main__":
    main()
