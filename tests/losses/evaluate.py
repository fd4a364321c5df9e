"""Runs a case in TensorFlow as a FaceModel would: value and gradients from float32 arrays."""

from functools import cache

import numpy as np
import tensorflow as tf
from cases import CASES, SIZE, inputs_of

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
    return dict(zip(case.state, tensors(*case.state.values()), strict=True))


def first_state(loss, num_classes):
    """The state with which a model of so many classes begins."""
    specs = loss.state(F.Sizes(SIZE, num_classes, num_classes))
    return {spec.name: tf.fill(spec.shape, tf.constant(spec.initial, spec.dtype)) for spec in specs}


def losses_of(case, *inputs):
    """Per-sample losses (B,) of a case, from a batch or two views."""
    state = state_of(case)
    if case.loss.kind == "two_view":
        return case.loss.view_losses(*inputs, state)[0]
    embeddings, weights, labels = inputs
    if case.loss.kind == "class":
        scores = scores_of(case.loss, case.loss.rule.prepare(embeddings), weights)
        norms = F.norm(embeddings), F.norm(weights)
        given = scored(scores, labels, *norms)._replace(size=embeddings.shape[-1])
        return case.loss.class_losses(given, state)[0]
    state |= {name: make(weights) for name, make in case.trained.items()}
    return case.loss.embedding_losses(labels, embeddings, state)[0]


def tensors(*inputs):
    """A batch, or two views, as the losses take them."""
    return [tf.constant(array, tf.int32 if np.asarray(array).dtype.kind == "i" else tf.float32) for array in inputs]


def called_with(case, seed=0):
    """What Keras calls the loss with: labels and scores, labels and embeddings, or two views."""
    if case.loss.kind == "two_view":
        return tensors(*inputs_of(case, seed))
    embeddings, weights, labels = inputs_of(case, seed)
    embeddings, weights = tensors(embeddings, weights)
    return labels, scores_of(case.loss, embeddings, weights) if case.loss.kind == "class" else embeddings


@cache
def _runner(case_name, mode):
    """Value and gradients of a case as one function for all batches: traced once, since tracing costs most."""
    case = next(case for case in CASES if case.name == case_name)

    def run(*inputs):
        with tf.GradientTape() as tape:
            tape.watch(inputs[:2])
            value = tf.reduce_mean(losses_of(case, *inputs))
        return value, tape.gradient(value, inputs[:2], unconnected_gradients="zero")

    if mode == "eager":
        return run
    inputs = tensors(*inputs_of(case))
    batch = len(inputs[0])
    signature = [tf.TensorSpec([None if len(x) == batch else len(x), *x.shape[1:]], x.dtype) for x in inputs]
    return tf.function(run, signature, jit_compile=mode == "xla")


def value_and_gradients(case, *inputs, mode="eager"):
    """Mean loss and its gradients with respect to embeddings and weights, or to both views, as NumPy arrays.

    mode: "eager", "graph" or "xla".
    """
    value, gradients = _runner(case.name, mode)(*tensors(*inputs))
    return float(value), [np.asarray(gradient) for gradient in gradients]


def reference_value(case, *inputs):
    if case.loss.kind == "embedding":
        embeddings, weights, labels = inputs
        return case.reference(labels, embeddings, *(make(weights) for make in case.trained.values()))
    return case.reference(*inputs)


def reference_gradients(case, *inputs, step=1e-6):
    """Central differences of the reference, float64."""
    gradients = []
    for array in inputs[:2]:
        gradient = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + step
            above = reference_value(case, *inputs)
            array[index] = kept - step
            below = reference_value(case, *inputs)
            array[index] = kept
            gradient[index] = (above - below) / (2 * step)
        gradients.append(gradient)
    return gradients
