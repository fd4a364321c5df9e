"""Records the metric-learning losses of tensorflow-addons: on Python 3.11, pip install -r constraints-addons.txt.

Everything is float32: its distances know nothing else.
"""

from pathlib import Path

import numpy as np
import tensorflow as tf
from recording import BATCH, Recorder


def manhattan(embeddings):
    """A distance of the user's own: from (B, D) to (B, B)."""
    return tf.reduce_sum(tf.abs(embeddings[:, tf.newaxis] - embeddings), axis=-1)


FUNCTIONS = {"manhattan": manhattan}
METRICS = ("L2", "squared-L2", "angular", "manhattan")


def further_inputs(given):
    """What only these losses take: other shapes and types of labels, similarities, distances, equal embeddings."""
    random = np.random.default_rng(7)
    labels = given["labels"]
    embeddings = given["embeddings"]
    return {
        "column_labels": labels[:, np.newaxis],
        "float_labels": labels - 1.5,
        "negative_labels": labels - 1,
        "one_label": np.zeros_like(labels),
        "distinct_labels": np.arange(BATCH),
        "same_or_not": random.integers(0, 2, BATCH),
        "several_labels": np.maximum(np.eye(5, dtype=int)[labels], random.integers(0, 2, (BATCH, 5))),
        "repeated_embeddings": embeddings[np.arange(BATCH) // 2 * 2],
        "unit_embeddings": (embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)).astype(np.float32),
        "similarities": (embeddings @ given["other_embeddings"].T).astype(np.float32),
        "distances": random.uniform(0, 2, BATCH).astype(np.float32),
    }


def triplet_entries(name, **arguments):
    kind = "-".join([name.removeprefix("triplet_").removesuffix("_loss"), *arguments])
    for metric in METRICS:
        yield f"{kind}-{metric}", name, {**arguments, "distance_metric": metric}, "labels", "embeddings"
    for labels in ("column_labels", "float_labels", "negative_labels", "lonely_labels", "one_label"):
        yield f"{kind}-{labels}", name, arguments, labels, "embeddings"
    yield f"{kind}-margin", name, {**arguments, "margin": 0.3}, "labels", "unit_embeddings"
    for metric in METRICS[:3]:
        options = {**arguments, "distance_metric": metric}
        yield f"{kind}-repeated-{metric}", name, options, "pair_labels", "repeated_embeddings"


# Name, function, its arguments, the inputs that are y_true and y_pred.
ENTRIES = [
    *triplet_entries("triplet_semihard_loss"),
    *triplet_entries("triplet_hard_loss"),
    *triplet_entries("triplet_hard_loss", soft=True),
    ("hard-distinct_labels", "triplet_hard_loss", {}, "distinct_labels", "embeddings"),
    ("lifted", "lifted_struct_loss", {}, "labels", "embeddings"),
    ("lifted-margin", "lifted_struct_loss", {"margin": 3.0}, "labels", "embeddings"),
    ("lifted-unit", "lifted_struct_loss", {}, "pair_labels", "unit_embeddings"),
    ("lifted-column_labels", "lifted_struct_loss", {}, "column_labels", "embeddings"),
    ("lifted-negative_labels", "lifted_struct_loss", {}, "negative_labels", "embeddings"),
    ("lifted-lonely_labels", "lifted_struct_loss", {}, "lonely_labels", "embeddings"),
    ("contrastive", "contrastive_loss", {}, "same_or_not", "distances"),
    ("contrastive-margin", "contrastive_loss", {"margin": 1.7}, "same_or_not", "distances"),
    ("npairs", "npairs_loss", {}, "labels", "similarities"),
    ("npairs-distinct_labels", "npairs_loss", {}, "distinct_labels", "similarities"),
    ("npairs-negative_labels", "npairs_loss", {}, "negative_labels", "similarities"),
    ("npairs-one_label", "npairs_loss", {}, "one_label", "similarities"),
    ("multilabel", "npairs_multilabel_loss", {}, "several_labels", "similarities"),
]


def value_and_gradient(function, arguments, y_true, y_pred):
    """Of the sum of what the function gives, which for all but the contrastive loss is one number."""
    arguments = {key: FUNCTIONS.get(value, value) for key, value in arguments.items()}
    y_pred = tf.constant(y_pred, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        value = function(tf.constant(y_true), y_pred, **arguments)
        total = tf.reduce_sum(value)
    return value.numpy(), tape.gradient(total, y_pred).numpy()


def save_model(loss, path):
    """A model compiled with a loss of tensorflow-addons, as people have them on their disks."""
    model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(2, kernel_initializer="ones")])
    model.compile("sgd", loss=loss)
    model.save(path)


if __name__ == "__main__":
    import tensorflow_addons as tfa

    recorder = Recorder(**{"tensorflow": tf.__version__, "tensorflow-addons": tfa.__version__})
    recorder.inputs |= further_inputs(recorder.inputs)
    for entry, name, arguments, y_true, y_pred in ENTRIES:
        value, gradient = value_and_gradient(
            getattr(tfa.losses, name), arguments, recorder.inputs[y_true], recorder.inputs[y_pred]
        )
        described = {"function": name, **arguments, "y_true": y_true, "y_pred": y_pred}
        recorder.add(entry, described, value, **{y_pred: gradient})
    recorder.save(__file__)
    loss = tfa.losses.TripletHardLoss(margin=0.4, soft=True, distance_metric="angular")
    save_model(loss, Path(__file__).with_name("tensorflow_addons.h5"))
