"""Runs a case in TensorFlow as a FaceModel would: value and gradients from float32 arrays."""

from functools import cache

import numpy as np
import tensorflow as tf
from cases import CASES, CLASSES, SIZE

from tfface import functional as F


def scores_of(loss, embeddings, weights):
    if loss.inputs == "dot":
        return tf.matmul(embeddings, weights, transpose_b=True)
    return F.cosines(embeddings, weights)


def scored(scores, labels, *norms):
    """What a head would hand over."""
    scores = tf.convert_to_tensor(scores, tf.float32)
    return F.Scored(scores, tf.convert_to_tensor(labels, tf.int32), scores.shape[-1], *norms)


def state_of(case):
    """The state of a case as the losses take it."""
    return {name: tf.constant(value, tf.float32) for name, value in case.state.items()}


def first_state(loss, num_classes):
    """The state with which a model of so many classes begins."""
    specs = loss.state(F.Sizes(SIZE, num_classes, num_classes))
    return {spec.name: tf.fill(spec.shape, tf.constant(spec.initial, tf.float32)) for spec in specs}


def losses_of(case, embeddings, weights, labels):
    """Per-sample losses (B,) of a case."""
    state = state_of(case)
    if case.loss.kind == "class":
        scores = scores_of(case.loss, case.loss.rule.prepare(embeddings), weights)
        norms = F.norm(embeddings), F.norm(weights)
        return case.loss.class_losses(scored(scores, labels, *norms), state)[0]
    state |= {name: make(weights) for name, make in case.trained.items()}
    return case.loss.embedding_losses(labels, embeddings, state)[0]


def tensors(embeddings, weights, labels):
    """A batch as the losses take it."""
    return tf.constant(embeddings, tf.float32), tf.constant(weights, tf.float32), tf.constant(labels, tf.int32)


@cache
def _runner(case_name, mode):
    """Value and gradients of a case as one function for all batches: traced once, since tracing costs most."""
    case = next(case for case in CASES if case.name == case_name)

    def run(embeddings, weights, labels):
        with tf.GradientTape() as tape:
            tape.watch([embeddings, weights])
            value = tf.reduce_mean(losses_of(case, embeddings, weights, labels))
        return value, tape.gradient(value, [embeddings, weights], unconnected_gradients="zero")

    if mode == "eager":
        return run
    signature = [tf.TensorSpec([None, SIZE]), tf.TensorSpec([CLASSES, SIZE]), tf.TensorSpec([None], tf.int32)]
    return tf.function(run, signature, jit_compile=mode == "xla")


def value_and_gradients(case, embeddings, weights, labels, mode="eager"):
    """Mean loss and its gradients with respect to embeddings and weights, as NumPy arrays.

    mode: "eager", "graph" or "xla".
    """
    value, gradients = _runner(case.name, mode)(*tensors(embeddings, weights, labels))
    return float(value), [np.asarray(gradient) for gradient in gradients]


def reference_value(case, embeddings, weights, labels):
    if case.loss.kind == "class":
        return case.reference(embeddings, weights, labels)
    return case.reference(labels, embeddings, *(make(weights) for make in case.trained.values()))


def reference_gradients(case, embeddings, weights, labels, step=1e-6):
    """Central differences of the reference, float64."""
    gradients = []
    for array in (embeddings, weights):
        gradient = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + step
            above = reference_value(case, embeddings, weights, labels)
            array[index] = kept - step
            below = reference_value(case, embeddings, weights, labels)
            array[index] = kept
            gradient[index] = (above - below) / (2 * step)
        gradients.append(gradient)
    return gradients
