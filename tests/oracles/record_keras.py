"""Records keras.losses.Circle: pip install tensorflow keras==3.15.1, then run this file."""

import keras
import tensorflow as tf
from recording import Recorder

if __name__ == "__main__":
    recorder = Recorder(tensorflow=tf.__version__, keras=keras.__version__)
    entries = {
        "circle": ({}, "labels"),
        "circle-gentle": ({"gamma": 8, "margin": 0.25}, "labels"),
        "circle-lonely": ({"gamma": 8, "margin": 0.25}, "lonely_labels"),
    }
    for entry, (arguments, labels) in entries.items():
        embeddings = tf.constant(recorder.inputs["embeddings"])
        with tf.GradientTape() as tape:
            tape.watch(embeddings)
            # Keras expects embeddings of unit length.
            unit = tf.linalg.l2_normalize(embeddings, axis=1)
            value = keras.losses.Circle(**arguments, dtype="float64")(recorder.inputs[labels], unit)
        described = {"class": "Circle", **arguments, "labels": labels}
        recorder.add(entry, described, value, embeddings=tape.gradient(value, embeddings))
    recorder.save(__file__)
