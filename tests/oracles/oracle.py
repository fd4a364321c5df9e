"""Reads what a peer answered, and asks tfface the same."""

import json
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Counterpart:
    """A loss of ours, and how it is asked: tensors by name → its value, and further tensors to differentiate by."""

    loss: tfface.losses.FaceLoss
    evaluate: Callable


def ask(counterpart, inputs):
    """Value and gradients by input of a loss of ours, from float64 inputs."""
    tensors = {key: tf.constant(array, tf.int32 if "labels" in key else tf.float32) for key, array in inputs.items()}
    sources = {key: tensor for key, tensor in tensors.items() if "labels" not in key}
    with tf.GradientTape() as tape:
        tape.watch(list(sources.values()))
        value, parameters = counterpart.evaluate(tensors)
    gradients = tape.gradient(value, {**sources, **parameters}, unconnected_gradients="zero")
    return np.asarray(value), {key: np.asarray(tf.convert_to_tensor(gradient)) for key, gradient in gradients.items()}


def on_classes(loss, labels="labels", weights="weights", sub_centers=1, state=None, times=1.0):
    """A class loss behind its head, in training: its weights, and those of the loss, are named inputs or numbers."""

    def evaluate(inputs):
        classes = inputs[weights].shape[0] // sub_centers
        if loss.inputs == "dot":
            head = tfface.layers.LinearHead(classes, use_bias=False)
        else:
            head = tfface.layers.CosineHead(classes, sub_centers=sub_centers)
        head.build((None, inputs["embeddings"].shape[1]))
        head.kernel.assign(inputs[weights])
        losses = head.supervise(inputs["embeddings"], inputs[labels], loss, values(state, inputs), training=True).losses
        return times * tf.reduce_mean(losses), {weights: head.kernel}

    return Counterpart(loss, evaluate)


def on_embeddings(loss, labels="labels", state=None, times=1.0):
    """A loss on embeddings; `times` where the peer gives a sum instead of a mean."""

    def evaluate(inputs):
        losses, _ = loss.embedding_losses(inputs[labels], inputs["embeddings"], values(state, inputs))
        return times * tf.reduce_mean(losses), {}

    return Counterpart(loss, evaluate)


def values(state, inputs):
    """The weights of a loss by name: named inputs, functions of the inputs, or numbers."""

    def value(source):
        if callable(source):
            return source(inputs)
        return inputs[source] if isinstance(source, str) else tf.constant(source, tf.float32)

    return {name: value(source) for name, source in (state or {}).items()}


def on_views(loss, first="embeddings", second="other_embeddings", state=None):
    """A loss on two views."""

    def evaluate(inputs):
        return tf.reduce_mean(loss.view_losses(inputs[first], inputs[second], values(state, inputs))[0]), {}

    return Counterpart(loss, evaluate)


def on_predictions(loss):
    """A loss on the predictions and targets of two views."""

    def evaluate(inputs):
        targets = tf.stack([inputs["embeddings"], inputs["other_embeddings"]], axis=1)
        predictions = tf.stack([inputs["predictions"], inputs["other_predictions"]], axis=1)
        return tf.reduce_mean(loss.view_losses(targets, predictions, {})[0]), {}

    return Counterpart(loss, evaluate)


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
    error, size = np.max(np.abs(value - expected)), np.max(np.abs(expected))
    return float(error / size if size else error)
