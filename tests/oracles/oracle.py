"""Reads what a peer answered, and asks tfface the same."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import tensorflow as tf

import tfface


class Oracle:
    """A peer's recorded answers."""

    def __init__(self, peer):
        with np.load(Path(__file__).with_name(f"{peer}.npz")) as archive:
            arrays = dict(archive)
        notes = json.loads(str(arrays.pop("notes")))
        self.versions, self.calls = notes["versions"], notes["calls"]
        self.inputs = {name: arrays.pop(f"inputs/{name}") for name in given(arrays, "inputs/")}
        self._answers = arrays

    def value(self, entry):
        return self._answers[f"{entry}/value"]

    def gradients(self, entry):
        """The gradients by input."""
        return {name: self._answers[f"{entry}/d_{name}"] for name in given(self._answers, f"{entry}/d_")}


def given(arrays, prefix):
    return [name.removeprefix(prefix) for name in arrays if name.startswith(prefix)]


oracle = cache(Oracle)


def ask(counterpart, inputs):
    """Value and gradients by input of a loss of ours, from float64 inputs."""
    tensors = {key: tf.constant(array, tf.int32 if "labels" in key else tf.float32) for key, array in inputs.items()}
    sources = {key: tensor for key, tensor in tensors.items() if "labels" not in key}
    with tf.GradientTape() as tape:
        tape.watch(list(sources.values()))
        value, parameters = counterpart(tensors)
    gradients = tape.gradient(value, {**sources, **parameters}, unconnected_gradients="zero")
    return float(value), {key: np.asarray(gradient) for key, gradient in gradients.items()}


def on_classes(loss, weights="weights", sub_centers=1, state=None):
    """A class loss behind its head, whose weights are the named input."""

    def counterpart(inputs):
        classes = inputs[weights].shape[0] // sub_centers
        if loss.inputs == "dot":
            head = tfface.layers.LinearHead(classes, use_bias=False)
        else:
            head = tfface.layers.CosineHead(classes, sub_centers=sub_centers)
        head.build((None, inputs["embeddings"].shape[1]))
        head.kernel.assign(inputs[weights])
        values = {name: tf.constant(value) for name, value in (state or {}).items()}
        losses = head.supervise(inputs["embeddings"], inputs["labels"], loss, values, training=False).losses
        return tf.reduce_mean(losses), {weights: head.kernel}

    return counterpart


def on_embeddings(loss, labels="labels", state=None, times=1.0):
    """A loss on embeddings, whose state is named inputs; `times` where the peer gives a sum instead of a mean."""

    def counterpart(inputs):
        values = {name: inputs[source] for name, source in (state or {}).items()}
        losses, _ = loss.embedding_losses(inputs[labels], inputs["embeddings"], values)
        return times * tf.reduce_mean(losses), {}

    return counterpart


def on_views(loss):
    """A loss on two views."""

    def counterpart(inputs):
        return tf.reduce_mean(loss(inputs["embeddings"], inputs["other_embeddings"])), {}

    return counterpart


def errors(peer, entry, counterpart):
    """The error of the value and of each gradient, relative to its largest element."""
    answers = oracle(peer)
    value, gradients = ask(counterpart, answers.inputs)
    expected = answers.gradients(entry)
    return {
        "value": relative_error(value, answers.value(entry)),
        **{name: relative_error(gradients[name], expected[name]) for name in expected},
    }


def relative_error(value, expected):
    return float(np.max(np.abs(value - expected)) / np.max(np.abs(expected)))
